// Writes JSON into a reply, valid by construction.

#ifndef RP_SDK_WRITER_H
#define RP_SDK_WRITER_H

#include "number.h"

#ifdef __cplusplus
extern "C" {
#endif

// Writes one JSON value at the end of a reply. It places commas and colons, counts what is open and remembers the first
// mistake; from then on it writes nothing, and rp_writer_finish reports the mistake and removes what was written. So you
// need not check anything in between:
//     rp_writer_open_object(&writer);
//     rp_writer_key(&writer, "count");
//     rp_writer_int(&writer, 3);
//     rp_writer_close(&writer);
typedef struct rp_writer {
    rp_reply *reply;                                    // private, as is all of it
    size_t start;                                       // reply->len when the writer started
    rp_json_result result;                              // RP_JSON_OK or the first mistake
    unsigned depth;                                     // open arrays and objects
    bool wants_comma;                                   // something stands before the next element
    bool has_key;                                       // a key waits for its value
    unsigned char objects[(RP_JSON_MAX_DEPTH + 7) / 8]; // a bit for each open one: is it an object?
} rp_writer;

// Starts a value at the end of a reply.
//
// reply  borrowed until rp_writer_finish; write to it only through the writer until then
static inline rp_writer rp_writer_start(rp_reply *reply);

// Ends the value; exactly one whole value must have been written.
//
// returns  RP_JSON_OK; otherwise the first mistake, and the reply is as long as before
static inline rp_json_result rp_writer_finish(rp_writer *writer);

// Opens an object or an array; rp_writer_close closes whichever was opened last.
static inline void rp_writer_open_object(rp_writer *writer);
static inline void rp_writer_open_array(rp_writer *writer);
static inline void rp_writer_close(rp_writer *writer);

// Writes the key of an object's next member; its value follows. Write no key twice: it is not checked.
//
// key  NUL-terminated UTF-8
static inline void rp_writer_key(rp_writer *writer, const char *key);
static inline void rp_writer_key_str(rp_writer *writer, rp_str key);

// Writes one value.
//
// text    UTF-8, NUL-terminated or with a length; escaped as needed
// number  rp_writer_double writes the fewest digits that read back as the same double
// value   written byte for byte as it stands in the text that it came from
static inline void rp_writer_null(rp_writer *writer);
static inline void rp_writer_bool(rp_writer *writer, bool value);
static inline void rp_writer_int(rp_writer *writer, int64_t number);
static inline void rp_writer_uint(rp_writer *writer, uint64_t number);
static inline void rp_writer_double(rp_writer *writer, double number);
static inline void rp_writer_string(rp_writer *writer, const char *text);
static inline void rp_writer_str(rp_writer *writer, rp_str text);
static inline void rp_writer_json(rp_writer *writer, rp_json value);

// ---- code ----

static inline void rp_sdk_fail(rp_writer *writer, rp_json_result result)
{
    if (writer->result == RP_JSON_OK) writer->result = result;
}

static inline void rp_sdk_put(rp_writer *writer, const char *data, size_t len)
{
    if (writer->result != RP_JSON_OK) return;
    if (rp_reply_write(writer->reply, data, len) != RP_OK) writer->result = RP_JSON_ERR_NO_MEMORY;
}

static inline void rp_sdk_put_escape(rp_writer *writer, unsigned char c)
{
    const char *hex = "0123456789abcdef";
    const char *short_forms = "\bb\ff\nn\rr\tt\"\"\\\\";
    char escape[6] = {'\\', 'u', '0', '0', '0', '0'};
    int i;
    for (i = 0; short_forms[i] != '\0'; i += 2) {
        if ((unsigned char)short_forms[i] != c) continue;
        escape[1] = short_forms[i + 1];
        rp_sdk_put(writer, escape, 2);
        return;
    }
    escape[4] = hex[c >> 4];
    escape[5] = hex[c & 15];
    rp_sdk_put(writer, escape, 6);
}

// Text between the quotes: what can stand as it is goes out in runs.
static inline void rp_sdk_put_text(rp_writer *writer, rp_str text)
{
    const char *at = text.data, *end = text.data + text.len, *run = at;
    while (at != NULL && at < end) {
        unsigned char c = (unsigned char)*at;
        if (c >= 0x80) {
            at = rp_sdk_scan_utf8(at, end);
        } else if (c >= 0x20 && c != '"' && c != '\\') {
            at++;
        } else {
            rp_sdk_put(writer, run, (size_t)(at - run));
            rp_sdk_put_escape(writer, c);
            run = ++at;
        }
    }
    if (at == NULL) rp_sdk_fail(writer, RP_JSON_ERR_NOT_TEXT);
    else rp_sdk_put(writer, run, (size_t)(at - run));
}

// The same with the text of a string that was read; its escapes are decoded and made anew.
static inline void rp_sdk_put_string(rp_writer *writer, rp_json string)
{
    rp_str body = rp_sdk_string_body(string), unit;
    const char *at = body.data, *end = body.data + body.len;
    char decoded[4];
    while (at < end) {
        const char *run = at;
        while (at < end && *at != '\\') at++;
        rp_sdk_put(writer, run, (size_t)(at - run));
        if (at == end) return;
        unit.data = decoded;
        unit.len = rp_sdk_decode(&at, decoded);
        if (unit.len == 0) {
            rp_sdk_fail(writer, RP_JSON_ERR_NOT_TEXT);
            return;
        }
        rp_sdk_put_text(writer, unit);
    }
}

static inline bool rp_sdk_in_object(const rp_writer *writer)
{
    return writer->depth > 0 && rp_sdk_top_is_object(writer->objects, writer->depth);
}

// Puts the comma and counts the value as written.
static inline void rp_sdk_before_value(rp_writer *writer)
{
    bool is_second_root = writer->depth == 0 && writer->wants_comma;
    if (is_second_root || rp_sdk_in_object(writer) != writer->has_key) rp_sdk_fail(writer, RP_JSON_ERR_MISUSE);
    if (writer->wants_comma && !writer->has_key) rp_sdk_put(writer, ",", 1);
    writer->has_key = false;
    writer->wants_comma = true;
}

static inline void rp_sdk_put_value(rp_writer *writer, const char *data, size_t len)
{
    rp_sdk_before_value(writer);
    rp_sdk_put(writer, data, len);
}

static inline rp_writer rp_writer_start(rp_reply *reply)
{
    rp_writer writer;
    memset(&writer, 0, sizeof writer);
    writer.reply = reply;
    writer.start = reply->len;
    return writer;
}

static inline rp_json_result rp_writer_finish(rp_writer *writer)
{
    if (writer->depth > 0 || !writer->wants_comma) rp_sdk_fail(writer, RP_JSON_ERR_MISUSE);
    if (writer->result != RP_JSON_OK) writer->reply->len = writer->start;
    return writer->result;
}

static inline void rp_sdk_open(rp_writer *writer, bool is_object)
{
    rp_sdk_before_value(writer);
    if (writer->depth == RP_JSON_MAX_DEPTH) rp_sdk_fail(writer, RP_JSON_ERR_TOO_DEEP);
    if (writer->result != RP_JSON_OK) return;
    rp_sdk_put(writer, is_object ? "{" : "[", 1);
    rp_sdk_push(writer->objects, writer->depth++, is_object);
    writer->wants_comma = false;
}

static inline void rp_writer_open_object(rp_writer *writer)
{
    rp_sdk_open(writer, true);
}

static inline void rp_writer_open_array(rp_writer *writer)
{
    rp_sdk_open(writer, false);
}

static inline void rp_writer_close(rp_writer *writer)
{
    if (writer->depth == 0 || writer->has_key) rp_sdk_fail(writer, RP_JSON_ERR_MISUSE);
    if (writer->result != RP_JSON_OK) return;
    rp_sdk_put(writer, rp_sdk_in_object(writer) ? "}" : "]", 1);
    writer->depth--;
    writer->wants_comma = true;
}

static inline void rp_writer_key_str(rp_writer *writer, rp_str key)
{
    if (!rp_sdk_in_object(writer) || writer->has_key) rp_sdk_fail(writer, RP_JSON_ERR_MISUSE);
    rp_sdk_put(writer, ",\"", writer->wants_comma ? 2 : 0);
    if (!writer->wants_comma) rp_sdk_put(writer, "\"", 1);
    rp_sdk_put_text(writer, key);
    rp_sdk_put(writer, "\":", 2);
    writer->has_key = true;
}

static inline void rp_writer_key(rp_writer *writer, const char *key)
{
    rp_writer_key_str(writer, rp_str_from(key));
}

static inline void rp_writer_null(rp_writer *writer)
{
    rp_sdk_put_value(writer, "null", 4);
}

static inline void rp_writer_bool(rp_writer *writer, bool value)
{
    rp_sdk_put_value(writer, value ? "true" : "false", value ? 4 : 5);
}

static inline void rp_writer_uint(rp_writer *writer, uint64_t number)
{
    char text[20];
    rp_sdk_put_value(writer, text, rp_sdk_print_uint(number, text));
}

static inline void rp_writer_int(rp_writer *writer, int64_t number)
{
    char text[21] = {'-'};
    size_t sign = number < 0 ? 1 : 0;
    uint64_t magnitude = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    rp_sdk_put_value(writer, text, sign + rp_sdk_print_uint(magnitude, text + sign));
}

static inline void rp_writer_double(rp_writer *writer, double number)
{
    char text[32];
    bool is_finite = (rp_sdk_double_to_bits(number) >> 52 & 0x7FF) != 0x7FF;
    if (!is_finite) rp_sdk_fail(writer, RP_JSON_ERR_NOT_FINITE);
    else rp_sdk_put_value(writer, text, rp_sdk_print_double(number, text));
}

static inline void rp_writer_str(rp_writer *writer, rp_str text)
{
    rp_sdk_put_value(writer, "\"", 1);
    rp_sdk_put_text(writer, text);
    rp_sdk_put(writer, "\"", 1);
}

static inline void rp_writer_string(rp_writer *writer, const char *text)
{
    rp_writer_str(writer, rp_str_from(text));
}

static inline void rp_writer_json(rp_writer *writer, rp_json value)
{
    if (rp_json_is(value, RP_JSON_NOTHING)) rp_sdk_fail(writer, RP_JSON_ERR_MISSING);
    rp_sdk_put_value(writer, value.text.data, value.text.len);
}

#ifdef __cplusplus
}
#endif

#endif
