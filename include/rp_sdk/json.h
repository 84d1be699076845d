// Reads JSON in place: a value is its bytes in the text, and finding, walking and reading it copies nothing.

#ifndef RP_SDK_JSON_H
#define RP_SDK_JSON_H

#include "json_check.h"

#ifdef __cplusplus
extern "C" {
#endif

// Makes a value from JSON in the source code: rp_json_literal("{}").
//
// text     NUL-terminated JSON
// returns  the value; nothing if it is not valid
static inline rp_json rp_json_literal(const char *text);

// Tells what kind of value it is.
static inline rp_json_kind rp_json_kind_of(rp_json value);

// Tells whether a value is of one kind: rp_json_is(args, RP_JSON_OBJECT).
static inline bool rp_json_is(rp_json value, rp_json_kind kind);

// Finds a member of an object.
//
// key      NUL-terminated or with a length; compared with the decoded keys
// returns  the first member of that name; nothing if there is none, or if the value is not an object
static inline rp_json rp_json_get(rp_json object, const char *key);
static inline rp_json rp_json_get_str(rp_json object, rp_str key);

// Finds an element of an array, counted from 0. To visit all of them, walk.
//
// returns  the element; nothing if there is none, or if the value is not an array
static inline rp_json rp_json_at(rp_json array, size_t index);

// Counts the elements of an array or the members of an object; 0 for every other value.
static inline size_t rp_json_count(rp_json container);

// A walk over an array or an object, in the order of the text:
//     for (rp_json_walk walk = rp_json_walk_start(list); rp_json_walk_next(&walk);) use(walk.key, walk.value);
typedef struct rp_json_walk {
    rp_json key; // a string; nothing in an array
    rp_json value;
    const char *at, *end; // private
    bool has_keys;        // private
} rp_json_walk;

// Starts a walk; a value that is neither array nor object has no elements.
static inline rp_json_walk rp_json_walk_start(rp_json container);

// Goes to the next element and puts it into walk->key and walk->value.
//
// returns  false when none is left
static inline bool rp_json_walk_next(rp_json_walk *walk);

// Compares a string's decoded text with another text, without a copy.
//
// returns  true if they are equal; false for every other kind of value
static inline bool rp_json_equals(rp_json string, const char *text);
static inline bool rp_json_equals_str(rp_json string, rp_str text);

// Measures a string's decoded text; succeeds only if it can be decoded.
//
// out_len  bytes
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND, RP_JSON_ERR_NOT_TEXT
static inline rp_json_result rp_json_string_len(rp_json string, size_t *out_len);

// Decodes a string into a buffer and adds a NUL. The text itself can contain NULs ("\u0000"): out_len counts them.
//
// capacity  bytes in buffer; decoded text and NUL never need more than the string's JSON text
// out_len   bytes without the added NUL; may be NULL
// returns   as rp_json_string_len, or RP_JSON_ERR_NO_ROOM
static inline rp_json_result rp_json_read_string(rp_json string, char *buffer, size_t capacity, size_t *out_len);

// Borrows a string's text in place, which works only if it has no escapes.
//
// returns  false if it has escapes or the value is not a string: decode it then
static inline bool rp_json_borrow_string(rp_json string, rp_str *out_text);

// Reads an integer. 1.0 and 1e3 are not integers.
//
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND, RP_JSON_ERR_OUT_OF_RANGE
static inline rp_json_result rp_json_read_int(rp_json number, int64_t *out_number);
static inline rp_json_result rp_json_read_uint(rp_json number, uint64_t *out_number);

// Reads true or false.
//
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND
static inline rp_json_result rp_json_read_bool(rp_json value, bool *out_bool);

// ---- code ----

static inline const char *rp_sdk_skip_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        if (*at == '\\') at++;
    }
    return at + 1;
}

static inline const char *rp_sdk_skip_scalar(const char *at, const char *end)
{
    while (at<end && * at> ' ' && *at != ',' && *at != ']' && *at != '}') at++;
    return at;
}

static inline const char *rp_sdk_skip_value(const char *at, const char *end)
{
    size_t depth = 0;
    if (*at != '{' && *at != '[' && *at != '"') return rp_sdk_skip_scalar(at, end);
    do {
        int bracket = *at | 0x20; // makes [ { and ] }
        if (*at == '"') {
            at = rp_sdk_skip_string(at);
            continue;
        }
        if (bracket == '{') depth++;
        else if (bracket == '}') depth--;
        at++;
    } while (depth > 0);
    return at;
}

static inline rp_json rp_json_literal(const char *text)
{
    rp_json value;
    (void)rp_json_parse(rp_str_from(text), &value); // nothing on an error
    return value;
}

static inline rp_json_kind rp_json_kind_of(rp_json value)
{
    if (value.text.len == 0) return RP_JSON_NOTHING;
    switch (value.text.data[0]) {
    case '{': return RP_JSON_OBJECT;
    case '[': return RP_JSON_ARRAY;
    case '"': return RP_JSON_STRING;
    case 't':
    case 'f': return RP_JSON_BOOL;
    case 'n': return RP_JSON_NULL;
    default: return RP_JSON_NUMBER;
    }
}

static inline bool rp_json_is(rp_json value, rp_json_kind kind)
{
    return rp_json_kind_of(value) == kind;
}

static inline rp_json_walk rp_json_walk_start(rp_json container)
{
    rp_json_kind kind = rp_json_kind_of(container);
    bool is_container = kind == RP_JSON_OBJECT || kind == RP_JSON_ARRAY;
    rp_json_walk walk;
    walk.key = rp_sdk_nothing();
    walk.value = rp_sdk_nothing();
    walk.has_keys = kind == RP_JSON_OBJECT;
    walk.at = is_container ? container.text.data + 1 : container.text.data;
    walk.end = is_container ? container.text.data + container.text.len - 1 : walk.at;
    return walk;
}

static inline bool rp_json_walk_next(rp_json_walk *walk)
{
    const char *at = rp_sdk_skip_space(walk->at, walk->end);
    const char *begin;
    if (at < walk->end && *at == ',') at = rp_sdk_skip_space(at + 1, walk->end);
    if (at == walk->end) return false;
    if (walk->has_keys) {
        begin = at;
        at = rp_sdk_skip_string(at);
        walk->key.text = rp_sdk_slice(begin, at);
        at = rp_sdk_skip_space(at, walk->end) + 1; // the colon
        at = rp_sdk_skip_space(at, walk->end);
    }
    begin = at;
    at = rp_sdk_skip_value(at, walk->end);
    walk->value.text = rp_sdk_slice(begin, at);
    walk->at = at;
    return true;
}

static inline rp_json rp_json_get_str(rp_json object, rp_str key)
{
    rp_json_walk walk = rp_json_walk_start(object);
    while (walk.has_keys && rp_json_walk_next(&walk)) {
        if (rp_json_equals_str(walk.key, key)) return walk.value;
    }
    return rp_sdk_nothing();
}

static inline rp_json rp_json_get(rp_json object, const char *key)
{
    return rp_json_get_str(object, rp_str_from(key));
}

static inline rp_json rp_json_at(rp_json array, size_t index)
{
    rp_json_walk walk = rp_json_walk_start(array);
    while (!walk.has_keys && rp_json_walk_next(&walk)) {
        if (index-- == 0) return walk.value;
    }
    return rp_sdk_nothing();
}

static inline size_t rp_json_count(rp_json container)
{
    rp_json_walk walk = rp_json_walk_start(container);
    size_t count = 0;
    while (rp_json_walk_next(&walk)) count++;
    return count;
}

// -- strings --

static inline size_t rp_sdk_encode_utf8(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static inline uint32_t rp_sdk_read_hex4(const char *at)
{
    uint32_t c = 0;
    int i;
    for (i = 0; i < 4; i++) c = c * 16 + (uint32_t)rp_sdk_hex_digit(at[i]);
    return c;
}

// The digits behind \u, and the low half that a high one needs; 0 if it is missing.
static inline size_t rp_sdk_decode_unicode(const char **in_out_at, char *out)
{
    const char *at = *in_out_at;
    uint32_t c = rp_sdk_read_hex4(at), low = 0;
    at += 4;
    if (c >= 0xD800 && c <= 0xDBFF && at[0] == '\\' && at[1] == 'u') {
        low = rp_sdk_read_hex4(at + 2);
        at += 6;
        if (low < 0xDC00 || low > 0xDFFF) return 0;
        c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
    }
    *in_out_at = at;
    return c >= 0xD800 && c <= 0xDFFF ? 0 : rp_sdk_encode_utf8(c, out);
}

// One byte that stands for itself, or one escape: at most 4 bytes of text; 0 for half a surrogate pair.
static inline size_t rp_sdk_decode(const char **in_out_at, char *out)
{
    const char *at = *in_out_at;
    if (*at != '\\') {
        out[0] = *at;
        *in_out_at = at + 1;
        return 1;
    }
    *in_out_at = at + 2;
    switch (at[1]) {
    case 'b': out[0] = '\b'; return 1;
    case 'f': out[0] = '\f'; return 1;
    case 'n': out[0] = '\n'; return 1;
    case 'r': out[0] = '\r'; return 1;
    case 't': out[0] = '\t'; return 1;
    case 'u': return rp_sdk_decode_unicode(in_out_at, out);
    default: out[0] = at[1]; return 1;
    }
}

// What stands between the quotes.
static inline rp_str rp_sdk_string_body(rp_json string)
{
    return rp_sdk_slice(string.text.data + 1, string.text.data + string.text.len - 1);
}

static inline rp_json_result rp_sdk_expect(rp_json value, rp_json_kind kind)
{
    if (rp_json_is(value, kind)) return RP_JSON_OK;
    return rp_json_is(value, RP_JSON_NOTHING) ? RP_JSON_ERR_MISSING : RP_JSON_ERR_WRONG_KIND;
}

static inline bool rp_json_borrow_string(rp_json string, rp_str *out_text)
{
    rp_str body;
    if (!rp_json_is(string, RP_JSON_STRING)) return false;
    body = rp_sdk_string_body(string);
    if (memchr(body.data, '\\', body.len) != NULL) return false;
    *out_text = body;
    return true;
}

static inline bool rp_json_equals_str(rp_json string, rp_str text)
{
    char unit[4];
    const char *at, *end;
    rp_str body;
    if (rp_json_borrow_string(string, &body)) return rp_str_equals(body, text);
    if (!rp_json_is(string, RP_JSON_STRING)) return false;
    body = rp_sdk_string_body(string);
    at = body.data;
    end = body.data + body.len;
    while (at < end) {
        size_t units = rp_sdk_decode(&at, unit);
        if (units == 0 || units > text.len || memcmp(unit, text.data, units) != 0) return false;
        text.data += units;
        text.len -= units;
    }
    return text.len == 0;
}

static inline bool rp_json_equals(rp_json string, const char *text)
{
    return rp_json_equals_str(string, rp_str_from(text));
}

static inline rp_json_result rp_json_string_len(rp_json string, size_t *out_len)
{
    rp_json_result result = rp_sdk_expect(string, RP_JSON_STRING);
    const char *at, *end;
    size_t len = 0, units;
    char unit[4];
    rp_str body;
    if (result != RP_JSON_OK) return result;
    body = rp_sdk_string_body(string);
    at = body.data;
    end = body.data + body.len;
    for (; at < end; len += units) {
        units = rp_sdk_decode(&at, unit);
        if (units == 0) return RP_JSON_ERR_NOT_TEXT;
    }
    *out_len = len;
    return RP_JSON_OK;
}

static inline rp_json_result rp_json_read_string(rp_json string, char *buffer, size_t capacity, size_t *out_len)
{
    size_t len = 0;
    rp_json_result result = rp_json_string_len(string, &len);
    const char *at;
    char *to = buffer;
    if (result != RP_JSON_OK) return result;
    if (capacity <= len) return RP_JSON_ERR_NO_ROOM;
    at = rp_sdk_string_body(string).data;
    while (to < buffer + len) {
        char unit[4];
        size_t units = rp_sdk_decode(&at, unit);
        memcpy(to, unit, units);
        to += units;
    }
    *to = '\0';
    if (out_len != NULL) *out_len = len;
    return RP_JSON_OK;
}

static inline rp_json_result rp_json_read_bool(rp_json value, bool *out_bool)
{
    rp_json_result result = rp_sdk_expect(value, RP_JSON_BOOL);
    if (result == RP_JSON_OK) *out_bool = value.text.data[0] == 't';
    return result;
}

// -- integers --

static inline rp_json_result rp_sdk_read_magnitude(rp_json number, bool *out_negative, uint64_t *out_magnitude)
{
    rp_json_result result = rp_sdk_expect(number, RP_JSON_NUMBER);
    const char *at = number.text.data, *end = number.text.data + number.text.len;
    uint64_t magnitude = 0;
    if (result != RP_JSON_OK) return result;
    *out_negative = *at == '-';
    for (at += *at == '-'; at < end; at++) {
        unsigned digit = (unsigned)(*at - '0');
        if (digit > 9) return RP_JSON_ERR_WRONG_KIND; // a fraction or an exponent
        if (magnitude > (UINT64_MAX - digit) / 10) result = RP_JSON_ERR_OUT_OF_RANGE;
        magnitude = magnitude * 10 + digit;
    }
    *out_magnitude = magnitude;
    return result;
}

static inline rp_json_result rp_json_read_uint(rp_json number, uint64_t *out_number)
{
    uint64_t magnitude = 0;
    bool negative = false;
    rp_json_result result = rp_sdk_read_magnitude(number, &negative, &magnitude);
    if (result != RP_JSON_OK) return result;
    if (negative && magnitude != 0) return RP_JSON_ERR_OUT_OF_RANGE;
    *out_number = magnitude;
    return RP_JSON_OK;
}

static inline rp_json_result rp_json_read_int(rp_json number, int64_t *out_number)
{
    uint64_t magnitude = 0;
    bool negative = false;
    rp_json_result result = rp_sdk_read_magnitude(number, &negative, &magnitude);
    if (result != RP_JSON_OK) return result;
    if (magnitude > (uint64_t)INT64_MAX + (negative ? 1u : 0u)) return RP_JSON_ERR_OUT_OF_RANGE;
    if (!negative) *out_number = (int64_t)magnitude;
    else *out_number = magnitude == 0 ? 0 : -(int64_t)(magnitude - 1) - 1;
    return RP_JSON_OK;
}

#ifdef __cplusplus
}
#endif

#endif
