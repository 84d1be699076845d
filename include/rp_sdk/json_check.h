// Checks a JSON text once, when it comes in, so that nothing else need check it again.

#ifndef RP_SDK_JSON_CHECK_H
#define RP_SDK_JSON_CHECK_H

#include "text.h"

#ifdef __cplusplus
extern "C" {
#endif

// How deep arrays and objects may nest, both read and written. Define it before the #include to change the limit.
#ifndef RP_JSON_MAX_DEPTH
#define RP_JSON_MAX_DEPTH 128
#endif

// One value of a JSON text: the bytes from its first to its last, without the space around it. A copy costs nothing.
// rp_json_parse validated the text, so nothing below checks it again.
// An empty text is "nothing", the value of a missing key. It may be passed on; reading it returns RP_JSON_ERR_MISSING.
typedef struct rp_json {
    rp_str text;
} rp_json;

typedef enum rp_json_kind {
    RP_JSON_NOTHING = 0,
    RP_JSON_NULL,
    RP_JSON_BOOL,
    RP_JSON_NUMBER,
    RP_JSON_STRING,
    RP_JSON_ARRAY,
    RP_JSON_OBJECT
} rp_json_kind;

// The result of reading or writing: 0 is success, as everywhere.
typedef enum rp_json_result {
    RP_JSON_OK = 0,
    RP_JSON_ERR_INVALID,      // the text is not JSON as RFC 8259 has it, or not UTF-8
    RP_JSON_ERR_TOO_DEEP,     // arrays and objects nest deeper than RP_JSON_MAX_DEPTH
    RP_JSON_ERR_MISSING,      // there is no such value
    RP_JSON_ERR_WRONG_KIND,   // the value is of another kind; also 1.5 and 1e3 where an integer is wanted
    RP_JSON_ERR_OUT_OF_RANGE, // the number does not fit
    RP_JSON_ERR_NOT_TEXT,     // half a surrogate pair, or (writing) not UTF-8
    RP_JSON_ERR_NO_ROOM,      // the buffer is too small
    RP_JSON_ERR_NOT_FINITE,   // JSON has no NaN and no infinity
    RP_JSON_ERR_MISUSE,       // (writing) a key without a value, a value without a key, too many or too few ends
    RP_JSON_ERR_NO_MEMORY     // (writing) the reply could not grow
} rp_json_result;

// Describes a result, for people.
//
// returns  a constant C string
static inline const char *rp_json_result_text(rp_json_result result);

// Checks that a text is one JSON value (RFC 8259, UTF-8, no byte order mark) with nothing but space around it.
// Escapes of half a surrogate pair are valid JSON and pass here; reading such a string is an error.
//
// text       borrowed
// out_value  the value, pointing into text
// returns    RP_JSON_OK, RP_JSON_ERR_INVALID, RP_JSON_ERR_TOO_DEEP
static inline rp_json_result rp_json_parse(rp_str text, rp_json *out_value);

// ---- code: each function takes the place where something starts and returns the place behind it, or NULL ----

static inline const char *rp_sdk_skip_space(const char *at, const char *end)
{
    while (at < end && (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')) at++;
    return at;
}

static inline bool rp_sdk_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

// Well-formed UTF-8 as in table 3-7 of the Unicode standard: no overlong form, no surrogate, nothing past U+10FFFF.
static inline const char *rp_sdk_scan_utf8(const char *at, const char *end)
{
    const unsigned char *bytes = (const unsigned char *)at;
    unsigned char low = 0x80, high = 0xBF; // of the second byte
    size_t len = 1, i;
    if (bytes[0] >= 0xC2 && bytes[0] <= 0xDF) len = 2;
    else if (bytes[0] >= 0xE0 && bytes[0] <= 0xEF) len = 3;
    else if (bytes[0] >= 0xF0 && bytes[0] <= 0xF4) len = 4;
    else if (bytes[0] >= 0x80) return NULL;
    if ((size_t)(end - at) < len) return NULL;
    if (bytes[0] == 0xE0) low = 0xA0;
    if (bytes[0] == 0xED) high = 0x9F;
    if (bytes[0] == 0xF0) low = 0x90;
    if (bytes[0] == 0xF4) high = 0x8F;
    if (len > 1 && (bytes[1] < low || bytes[1] > high)) return NULL;
    for (i = 2; i < len; i++) {
        if ((bytes[i] & 0xC0) != 0x80) return NULL;
    }
    return at + len;
}

static inline int rp_sdk_hex_digit(char c)
{
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// From behind the backslash.
static inline const char *rp_sdk_scan_escape(const char *at, const char *end)
{
    int i;
    if (at == end) return NULL;
    if (*at != 'u') return *at != '\0' && strchr("\"\\/bfnrt", *at) != NULL ? at + 1 : NULL;
    if (end - at < 5) return NULL;
    for (i = 1; i <= 4; i++) {
        if (rp_sdk_hex_digit(at[i]) < 0) return NULL;
    }
    return at + 5;
}

// From behind the opening quote.
static inline const char *rp_sdk_scan_string(const char *at, const char *end)
{
    while (at != NULL && at < end) {
        unsigned char c = (unsigned char)*at;
        if (c == '"') return at + 1;
        if (c < 0x20) return NULL;
        if (c == '\\') at = rp_sdk_scan_escape(at + 1, end);
        else if (c < 0x80) at++;
        else at = rp_sdk_scan_utf8(at, end);
    }
    return NULL;
}

static inline const char *rp_sdk_scan_digits(const char *at, const char *end)
{
    if (at == end || !rp_sdk_is_digit(*at)) return NULL;
    while (at < end && rp_sdk_is_digit(*at)) at++;
    return at;
}

static inline const char *rp_sdk_scan_number(const char *at, const char *end)
{
    if (at < end && *at == '-') at++;
    if (at < end && *at == '0') at++;
    else at = rp_sdk_scan_digits(at, end);
    if (at != NULL && at < end && *at == '.') at = rp_sdk_scan_digits(at + 1, end);
    if (at != NULL && at < end && (*at == 'e' || *at == 'E')) {
        at++;
        if (at < end && (*at == '+' || *at == '-')) at++;
        at = rp_sdk_scan_digits(at, end);
    }
    return at;
}

static inline const char *rp_sdk_scan_word(const char *at, const char *end, const char *word)
{
    size_t len = strlen(word);
    return (size_t)(end - at) >= len && memcmp(at, word, len) == 0 ? at + len : NULL;
}

static inline const char *rp_sdk_scan_scalar(const char *at, const char *end)
{
    switch (*at) {
    case '"': return rp_sdk_scan_string(at + 1, end);
    case 't': return rp_sdk_scan_word(at, end, "true");
    case 'f': return rp_sdk_scan_word(at, end, "false");
    case 'n': return rp_sdk_scan_word(at, end, "null");
    default: return rp_sdk_scan_number(at, end);
    }
}

// Space, a key, its colon.
static inline const char *rp_sdk_scan_key(const char *at, const char *end)
{
    at = rp_sdk_skip_space(at, end);
    if (at == end || *at != '"') return NULL;
    at = rp_sdk_scan_string(at + 1, end);
    if (at == NULL) return NULL;
    at = rp_sdk_skip_space(at, end);
    return at < end && *at == ':' ? at + 1 : NULL;
}

// What is open: a bit for each, 1 for an object. Not recursive, since a handler may have little stack.
static inline void rp_sdk_push(unsigned char *objects, unsigned depth, bool is_object)
{
    unsigned bit = 1u << (depth % 8);
    objects[depth / 8] = (unsigned char)(is_object ? objects[depth / 8] | bit : objects[depth / 8] & ~bit);
}

static inline bool rp_sdk_top_is_object(const unsigned char *objects, unsigned depth)
{
    return (objects[(depth - 1) / 8] & 1u << ((depth - 1) % 8)) != 0;
}

// The ends of values, commas and keys between two values; *depth falls with each that closes.
static inline const char *rp_sdk_scan_between(const char *at, const char *end, const unsigned char *objects,
                                              unsigned *depth)
{
    while (*depth > 0) {
        bool in_object = rp_sdk_top_is_object(objects, *depth);
        at = rp_sdk_skip_space(at, end);
        if (at == end) return NULL;
        if (*at == ',') return in_object ? rp_sdk_scan_key(at + 1, end) : at + 1;
        if (*at != (in_object ? '}' : ']')) return NULL;
        at++;
        *depth -= 1;
    }
    return at;
}

// One value with all that is in it.
static inline rp_json_result rp_sdk_scan_value(const char **in_out_at, const char *end)
{
    unsigned char objects[(RP_JSON_MAX_DEPTH + 7) / 8] = {0};
    unsigned depth = 0;
    const char *at = *in_out_at;
    do {
        at = rp_sdk_skip_space(at, end);
        if (at == end) return RP_JSON_ERR_INVALID;
        if (*at == '{' || *at == '[') {
            bool is_object = *at == '{';
            if (depth == RP_JSON_MAX_DEPTH) return RP_JSON_ERR_TOO_DEEP;
            rp_sdk_push(objects, depth++, is_object);
            at = rp_sdk_skip_space(at + 1, end);
            if (at == end) return RP_JSON_ERR_INVALID;
            if (*at == (is_object ? '}' : ']')) at = rp_sdk_scan_between(at, end, objects, &depth);
            else if (is_object) at = rp_sdk_scan_key(at, end);
        } else {
            at = rp_sdk_scan_scalar(at, end);
            if (at != NULL) at = rp_sdk_scan_between(at, end, objects, &depth);
        }
        if (at == NULL) return RP_JSON_ERR_INVALID;
    } while (depth > 0);
    *in_out_at = at;
    return RP_JSON_OK;
}

static inline rp_json rp_sdk_nothing(void)
{
    rp_json nothing;
    nothing.text.data = "";
    nothing.text.len = 0;
    return nothing;
}

static inline rp_json_result rp_json_parse(rp_str text, rp_json *out_value)
{
    const char *end = text.data + text.len;
    const char *begin = rp_sdk_skip_space(text.data, end);
    const char *at = begin;
    rp_json_result result = rp_sdk_scan_value(&at, end);
    *out_value = rp_sdk_nothing();
    if (result != RP_JSON_OK) return result;
    if (rp_sdk_skip_space(at, end) != end) return RP_JSON_ERR_INVALID;
    out_value->text = rp_sdk_slice(begin, at);
    return RP_JSON_OK;
}

static inline const char *rp_json_result_text(rp_json_result result)
{
    switch (result) {
    case RP_JSON_OK: return "no mistake";
    case RP_JSON_ERR_INVALID: return "not valid JSON";
    case RP_JSON_ERR_TOO_DEEP: return "arrays and objects nest too deep";
    case RP_JSON_ERR_MISSING: return "there is no such value";
    case RP_JSON_ERR_WRONG_KIND: return "a value of another kind";
    case RP_JSON_ERR_OUT_OF_RANGE: return "a number out of range";
    case RP_JSON_ERR_NOT_TEXT: return "not valid UTF-8 or half a surrogate pair";
    case RP_JSON_ERR_NO_ROOM: return "the buffer is too small";
    case RP_JSON_ERR_NOT_FINITE: return "NaN and infinity have no JSON";
    case RP_JSON_ERR_MISUSE: return "keys, values and ends do not fit together";
    case RP_JSON_ERR_NO_MEMORY: return "no memory";
    }
    return "an unknown result";
}

#ifdef __cplusplus
}
#endif

#endif
