// rp_sdk.h: what a module in C wants beside rp_module.h. Header only; copy the two files and you have it all.
//
// Contents
//   1 text        rp_str from C strings, comparison
//   2 reading     rp_json: a value of a JSON text, found, walked and read in place
//   3 writing     rp_writer: JSON into a reply, valid by construction
//   4 answering   a message opened, its answer written: success, error, the standard codes
//   5 replies     of one's own, on a fixed or a malloc'ed buffer
//   6 the host    messages to it, log, time, randomness
//   7 code        of all of the above; read on only if you care how
//
// Rules for all of it
//   Needs C99 or C++11, <string.h> and nothing else of a C library: no allocation, no stdio, no locale. It imports nothing
//   under WebAssembly. Two parts are asked for by a macro defined before the #include: RP_SDK_MALLOC (section 5,
//   <stdlib.h>) and RP_SDK_STDIO (rp_host_logf, <stdio.h>).
//   Nothing here keeps a pointer or has state: every function is [any-thread], as far as what it is given is.
//   Pointers are never NULL, unless it says so. What is returned points into what was passed, and lives as long.
//   Outputs (out_...) are written on success only; but an rp_json is nothing then. Names with rp_sdk_ are private.

#ifndef RP_SDK_H
#define RP_SDK_H

#include <float.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "rp_module.h"

#ifdef RP_SDK_MALLOC
#include <stdlib.h>
#endif
#ifdef RP_SDK_STDIO
#include <stdarg.h>
#include <stdio.h>
#endif

// How deep arrays and objects nest, in what is read and in what is written. Define it before the #include for another limit.
#ifndef RP_JSON_MAX_DEPTH
#define RP_JSON_MAX_DEPTH 128
#endif

#ifdef __cplusplus
extern "C" {
#endif

// ---- 1 text ----

// Makes a borrowed text of a C string.
//
// text     NUL-terminated; lives longer than the result
// returns  the text without its NUL
static inline rp_str rp_str_from(const char *text);

// Compares a borrowed text with a C string, byte for byte: rp_str_eq(message->type, "init"); or with another one.
//
// returns  true if they are equal
static inline bool rp_str_eq(rp_str left, const char *right);
static inline bool rp_str_equals(rp_str left, rp_str right);

// ---- 2 reading ----

// One value of a JSON text: the bytes from its first to its last, without the space around it. A copy costs nothing.
// The text was validated when rp_json_parse took it in, so nothing below looks for mistakes in it again.
// An empty text is "nothing": what a missing key gives. It may be passed on; reading it gives RP_JSON_ERR_MISSING.
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

// What came of reading or writing: 0 is success, as everywhere.
typedef enum rp_json_result {
    RP_JSON_OK = 0,
    RP_JSON_ERR_INVALID,      // the text is not JSON as RFC 8259 has it, or not UTF-8
    RP_JSON_ERR_TOO_DEEP,     // more than RP_JSON_MAX_DEPTH arrays and objects in one another
    RP_JSON_ERR_MISSING,      // there is no such value
    RP_JSON_ERR_WRONG_KIND,   // the value is of another kind; also 1.5 and 1e3 where an integer is asked for
    RP_JSON_ERR_OUT_OF_RANGE, // the number does not fit
    RP_JSON_ERR_NOT_TEXT,     // half a surrogate pair, or (writing) not UTF-8
    RP_JSON_ERR_NO_ROOM,      // the buffer is too small
    RP_JSON_ERR_NOT_FINITE,   // NaN and infinity have no JSON
    RP_JSON_ERR_MISUSE,       // (writing) a key without a value, a value without a key, an end too many or too few
    RP_JSON_ERR_NO_MEMORY     // (writing) the reply could not grow
} rp_json_result;

// Says what a result means, in words for people.
//
// returns  a constant C string
static inline const char *rp_json_result_text(rp_json_result result);

// Takes in a text: checks that it is one JSON value (RFC 8259, UTF-8, no byte order mark) with nothing but space around.
// Escapes of half a surrogate pair are valid JSON and pass here; reading such a string is an error.
//
// text       borrowed
// out_value  the value, pointing into text
// returns    RP_JSON_OK, RP_JSON_ERR_INVALID, RP_JSON_ERR_TOO_DEEP
static inline rp_json_result rp_json_parse(rp_str text, rp_json *out_value);

// Makes a value of JSON that stands in the source: rp_json_literal("{}").
//
// text     NUL-terminated JSON
// returns  the value; nothing if it is not valid
static inline rp_json rp_json_literal(const char *text);

// Tells what kind of value it is.
static inline rp_json_kind rp_json_kind_of(rp_json value);

// Asks for one kind: rp_json_is(args, RP_JSON_OBJECT).
static inline bool rp_json_is(rp_json value, rp_json_kind kind);

// Finds a member of an object.
//
// key      NUL-terminated or with a length; compared with the decoded keys
// returns  the first member of that name; nothing if there is none, or the value is no object
static inline rp_json rp_json_get(rp_json object, const char *key);
static inline rp_json rp_json_get_str(rp_json object, rp_str key);

// Finds an element of an array, counted from 0. To visit all of them, walk.
//
// returns  the element; nothing if there is none, or the value is no array
static inline rp_json rp_json_at(rp_json array, size_t index);

// Counts the elements of an array or the members of an object; 0 for every other value.
static inline size_t rp_json_count(rp_json container);

// A walk over an array or an object, in the order of the text:
//     for (rp_json_walk walk = rp_json_walk_start(list); rp_json_walk_next(&walk);) use(walk.key, walk.value);
typedef struct rp_json_walk {
    rp_json key;   // a string; nothing in an array
    rp_json value;
    const char *at, *end; // private
    bool has_keys;        // private
} rp_json_walk;

// Starts a walk; over a value that is neither array nor object it has no steps.
static inline rp_json_walk rp_json_walk_start(rp_json container);

// Goes to the next element and puts it into walk->key and walk->value.
//
// returns  false when there is none left
static inline bool rp_json_walk_next(rp_json_walk *walk);

// Compares a string's decoded text with another text, without a copy.
//
// returns  true if they are equal; false for every other kind of value
static inline bool rp_json_equals(rp_json string, const char *text);
static inline bool rp_json_equals_str(rp_json string, rp_str text);

// Measures a string's decoded text, and so tells whether it can be decoded at all.
//
// out_len  bytes
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND, RP_JSON_ERR_NOT_TEXT
static inline rp_json_result rp_json_string_len(rp_json string, size_t *out_len);

// Decodes a string into a buffer and puts a NUL behind it. The text itself can hold NULs ("\u0000"): out_len counts them.
//
// capacity  bytes in buffer; decoded text and NUL never need more than the string's JSON text
// out_len   bytes without the closing NUL; may be NULL
// returns   as rp_json_string_len, or RP_JSON_ERR_NO_ROOM
static inline rp_json_result rp_json_read_string(rp_json string, char *buffer, size_t capacity, size_t *out_len);

// Borrows a string's text where it stands, which works when it has no escapes.
//
// returns  false if it has, or if the value is no string: decode it then
static inline bool rp_json_borrow_string(rp_json string, rp_str *out_text);

// Reads an integer. 1.0 and 1e3 are no integers.
//
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND, RP_JSON_ERR_OUT_OF_RANGE
static inline rp_json_result rp_json_read_int(rp_json number, int64_t *out_number);
static inline rp_json_result rp_json_read_uint(rp_json number, uint64_t *out_number);

// Reads any number as the nearest double, ties to even, however many digits it has. Too small to tell from 0 is 0.
//
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND, RP_JSON_ERR_OUT_OF_RANGE
static inline rp_json_result rp_json_read_double(rp_json number, double *out_number);

// Reads true or false.
//
// returns  RP_JSON_OK, RP_JSON_ERR_MISSING, RP_JSON_ERR_WRONG_KIND
static inline rp_json_result rp_json_read_bool(rp_json value, bool *out_bool);

// ---- 3 writing ----

// Writes one JSON value to the end of a reply. It places commas and colons, keeps count of what is open and remembers
// the first mistake; from then on it writes nothing, and rp_writer_finish reports it and takes back what was written. So
// nothing need be checked in between:
//     rp_writer_open_object(&writer);
//     rp_writer_key(&writer, "count");
//     rp_writer_int(&writer, 3);
//     rp_writer_close(&writer);
typedef struct rp_writer {
    rp_reply *reply;       // private, as is all of it
    size_t start;          // reply->len that the writer found
    rp_json_result result; // RP_JSON_OK or the first mistake
    unsigned depth;        // open arrays and objects
    bool wants_comma;      // something stands before the next element
    bool has_key;          // a key waits for its value
    unsigned char objects[(RP_JSON_MAX_DEPTH + 7) / 8]; // a bit for each that is open: is it an object?
} rp_writer;

// Starts a value at the end of a reply.
//
// reply  borrowed until rp_writer_finish; nobody else writes to it in between
static inline rp_writer rp_writer_start(rp_reply *reply);

// Ends it: one whole value must have been written.
//
// returns  RP_JSON_OK, or the first mistake, and then the reply is as long as before
static inline rp_json_result rp_writer_finish(rp_writer *writer);

// Opens an object or an array; rp_writer_close closes whichever was opened last.
static inline void rp_writer_open_object(rp_writer *writer);
static inline void rp_writer_open_array(rp_writer *writer);
static inline void rp_writer_close(rp_writer *writer);

// Writes the key of an object's next member; its value follows. That no key comes twice is the caller's care.
//
// key  NUL-terminated UTF-8
static inline void rp_writer_key(rp_writer *writer, const char *key);
static inline void rp_writer_key_str(rp_writer *writer, rp_str key);

// Writes one value.
//
// text    UTF-8, NUL-terminated or with a length; escaped as need be
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

// ---- 4 answering ----

// The standard codes of an error response.
#define RP_CODE_INVALID_JSON "invalid_json"
#define RP_CODE_INVALID_PAYLOAD "invalid_payload"
#define RP_CODE_UNKNOWN_TYPE "unknown_type"
#define RP_CODE_UNKNOWN_COMMAND "unknown_command"
#define RP_CODE_NOT_INITIALIZED "not_initialized"
#define RP_CODE_NOT_SUPPORTED "not_supported"
#define RP_CODE_NOT_FOUND "not_found"
#define RP_CODE_CONFLICT "conflict"
#define RP_CODE_DENIED "denied"
#define RP_CODE_CANCELLED "cancelled"
#define RP_CODE_TIMEOUT "timeout"
#define RP_CODE_UNAVAILABLE "unavailable"
#define RP_CODE_TOO_LARGE "too_large"
#define RP_CODE_REENTRANT "reentrant"
#define RP_CODE_PANIC "panic"
#define RP_CODE_INTERNAL "internal"

// Does first what every handle_message does first: looks for NULL and for flags that it does not know, and takes in the
// payload, which must be one object. Where something is wrong the error response is written:
//     rp_status status = rp_message_open(instance, message, reply, &payload);
//     if (status != RP_OK) return status;
//
// instance, message, reply  as handle_message got them; may be NULL here
// out_payload               the object, pointing into the message
// returns                   RP_OK to go on; anything else is what handle_message returns now
static inline rp_status rp_message_open(const void *instance, const rp_message *message, rp_reply *reply,
                                        rp_json *out_payload);

// Takes the payload of a "command" apart, and writes the error response where it has no name or its args are no object.
//
// out_name  a string that can be decoded: rp_json_equals(name, "ping")
// out_args  an object, {} if the payload has none; after an error both are whatever the payload has
// returns   RP_OK to go on; anything else is what handle_message returns now
static inline rp_status rp_command_open(rp_json payload, rp_reply *reply, rp_json *out_name, rp_json *out_args);

// Answers success with an object, member by member:
//     rp_writer data = rp_answer_start(reply);
//     rp_writer_key(&data, "reply");
//     rp_writer_string(&data, "pong");
//     return rp_answer_finish(&data);
// rp_answer_finish closes the object. What the module opened itself it must have closed; after a mistake in writing the
// answer is an error response with code "internal".
//
// returns  RP_OK; RP_FAILED after a mistake; RP_ERR_NO_MEMORY with the reply as it was
static inline rp_writer rp_answer_start(rp_reply *reply);
static inline rp_status rp_answer_finish(rp_writer *data);

// Answers success with whatever one value the module writes between the two:
//     rp_writer data = rp_answer_value_start(reply);
//     rp_writer_open_array(&data);
//     rp_writer_close(&data);
//     return rp_answer_value_finish(&data);
//
// returns  as rp_answer_finish
static inline rp_writer rp_answer_value_start(rp_reply *reply);
static inline rp_status rp_answer_value_finish(rp_writer *data);

// Answers success with {}.
//
// returns  RP_OK; RP_ERR_NO_MEMORY with the reply as it was
static inline rp_status rp_answer_empty(rp_reply *reply);

// Answers success with a value that is there already, byte for byte.
//
// returns  RP_OK; RP_FAILED if it is nothing; RP_ERR_NO_MEMORY with the reply as it was
static inline rp_status rp_answer_json(rp_reply *reply, rp_json data);

// Answers an error; the last two put what it is about behind the text: "unknown command: " and the name.
//
// code     a standard one, RP_CODE_..., or the module's own
// text     for people
// about    a borrowed text, or a value: a string is decoded, any other stands there as JSON
// returns  RP_FAILED; RP_ERR_NO_MEMORY with the reply as it was
static inline rp_status rp_answer_error(rp_reply *reply, const char *code, const char *text);
static inline rp_status rp_answer_error_str(rp_reply *reply, const char *code, const char *text, rp_str about);
static inline rp_status rp_answer_error_json(rp_reply *reply, const char *code, const char *text, rp_json about);

// Answers an error with all that it can have.
//
// code, text  borrowed
// details     an object, or nothing
// returns     RP_FAILED; RP_ERR_NO_MEMORY with the reply as it was
static inline rp_status rp_answer_error_details(rp_reply *reply, rp_str code, rp_str text, rp_json details);

// Answers an error made of values, such as one that another module gave.
//
// code, text  strings
// details     an object, or nothing
// returns     RP_FAILED; RP_ERR_NO_MEMORY with the reply as it was
static inline rp_status rp_answer_error_values(rp_reply *reply, rp_json code, rp_json text, rp_json details);

// ---- 5 replies ----

// Makes a reply on memory of one's own that does not grow: on the stack, in a static buffer.
//
// buffer, capacity  the caller's, for as long as the reply is used; its bytes count
// returns           an empty reply
static inline rp_reply rp_reply_fixed(char *buffer, size_t capacity);

#ifdef RP_SDK_MALLOC
// Makes a reply that grows with realloc. Used again after rp_reply_clear it does not allocate again.
//
// returns  an empty reply; end it with rp_reply_destroy
static inline rp_reply rp_reply_create(void);
static inline void rp_reply_destroy(rp_reply *reply);
#endif

// Empties a reply of one's own for the next use, and keeps its memory.
static inline void rp_reply_clear(rp_reply *reply);

// Reads what stands in a reply of one's own.
//
// returns  the text; ends with the next write to the reply
static inline rp_str rp_reply_text(const rp_reply *reply);

// A response taken apart.
typedef struct rp_response {
    bool is_success;
    rp_json data;    // of a success; nothing if it has none
    rp_json error;   // of an error: the text for people, a string
    rp_json code;    // a string, or nothing
    rp_json details; // or nothing
} rp_response;

// Takes a response apart.
//
// text          what rp_host_send put into the reply
// out_response  points into text
// returns       RP_JSON_OK; RP_JSON_ERR_INVALID or TOO_DEEP; RP_JSON_ERR_MISSING or WRONG_KIND if it is JSON, but no response
static inline rp_json_result rp_response_parse(rp_str text, rp_response *out_response);

// ---- 6 the host ----

// Makes a message to send: without flags, id and cause.
//
// type, payload  borrowed: they live as long as the message
static inline rp_message rp_message_make(const char *type, rp_str payload);

// Asks the host, or through it another module.
//
// host     as create got it
// cause    id of the message that this is for; 0 for none
// type     NUL-terminated: "query" "mutation" "event" "command"
// payload  one JSON object; not inside of reply
// reply    gets the response: one's own, or the one that handle_message got, to pass the answer on
// returns  RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY, RP_ERR_CANCELLED without. A host without send gives an
//          error response with code "unavailable"
// [may-block] [may-call-host]
static inline rp_status rp_host_send(const rp_host *host, uint64_t cause, const char *type, rp_str payload, rp_reply *reply);

// Sends a command to another module.
//
// module   its name, as in the capability "call"
// name     of the command
// args     an object, or nothing for {}
// request  gets the payload, behind what stands there, and is as long as before afterwards: a reply of one's own
// reply    gets the response; not the same as request
// returns  as rp_host_send
// [may-block] [may-call-host]
static inline rp_status rp_host_command(const rp_host *host, uint64_t cause, const char *module, const char *name,
                                        rp_json args, rp_reply *request, rp_reply *reply);

// Writes a line into the host's log; without one it is lost.
//
// message_id  of the message that it belongs to, or 0
// level       RP_LOG_ERROR to RP_LOG_TRACE
// text        UTF-8 without a newline, NUL-terminated or with a length
// [may-call-host]
static inline void rp_host_log(const rp_host *host, uint64_t message_id, int32_t level, const char *text);
static inline void rp_host_log_str(const rp_host *host, uint64_t message_id, int32_t level, rp_str text);

#ifdef RP_SDK_STDIO
// The same with a format as printf has it; at most 1023 bytes, a longer line is cut and ends in "...". Numbers come out
// in the locale of the process. Under WebAssembly snprintf brings imports with it, which the host refuses.
// [may-call-host]
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
static inline void rp_host_logf(const rp_host *host, uint64_t message_id, int32_t level, const char *format, ...);
#endif

// Asks whether the answer to a message is still wanted; cheap enough for inner loops.
//
// message_id  or 0: is the instance being unloaded?
// returns     true if work on it can stop; false if the host cannot tell
// [may-call-host]
static inline bool rp_host_is_cancelled(const rp_host *host, uint64_t message_id);

// Tells the time: microseconds since 1970, UTC.
//
// returns  false if the host has no clock
// [may-call-host]
static inline bool rp_host_read_time(const rp_host *host, int64_t *out_now_us);

// Fills memory with random bytes of cryptographic quality.
//
// returns  false if the host gives none
// [may-call-host]
static inline bool rp_host_fill_random(const rp_host *host, void *data, size_t len);

// ---- 7 code ----

// -- text --

static inline rp_str rp_sdk_slice(const char *begin, const char *end)
{
    rp_str text;
    text.data = begin;
    text.len = (size_t)(end - begin);
    return text;
}

static inline rp_str rp_str_from(const char *text)
{
    return rp_sdk_slice(text, text + strlen(text));
}

static inline bool rp_str_equals(rp_str left, rp_str right)
{
    return left.len == right.len && memcmp(left.data, right.data, left.len) == 0;
}

static inline bool rp_str_eq(rp_str left, const char *right)
{
    return rp_str_equals(left, rp_str_from(right));
}

// -- checking a text: each function takes the place where something starts and returns the place behind it, or NULL --

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
static inline const char *rp_sdk_scan_between(const char *at, const char *end, const unsigned char *objects, unsigned *depth)
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

// -- walking a text that was checked: no end can be missed --

static inline const char *rp_sdk_skip_string(const char *at)
{
    for (at++; *at != '"'; at++) {
        if (*at == '\\') at++;
    }
    return at + 1;
}

static inline const char *rp_sdk_skip_scalar(const char *at, const char *end)
{
    while (at < end && *at > ' ' && *at != ',' && *at != ']' && *at != '}') at++;
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

// -- doubles, exactly: in integers as long as it takes, so no rounding happens but the last one --

// The longest come from 801 decimal digits over or under a power of 5: under 2,750 bits.
#define RP_SDK_BIG_WORDS 96

typedef struct rp_sdk_big {
    size_t count;                     // of words, the last one is not 0
    uint32_t words[RP_SDK_BIG_WORDS]; // the lowest comes first
} rp_sdk_big;

static inline void rp_sdk_big_push(rp_sdk_big *big, uint64_t word)
{
    if (word != 0 && big->count < RP_SDK_BIG_WORDS) big->words[big->count++] = (uint32_t)word;
}

static inline void rp_sdk_big_set(rp_sdk_big *big, uint64_t number)
{
    big->count = 0;
    if (number != 0) big->words[big->count++] = (uint32_t)(number & UINT32_MAX);
    rp_sdk_big_push(big, number >> 32);
}

static inline void rp_sdk_big_multiply_add(rp_sdk_big *big, uint32_t factor, uint32_t addend)
{
    uint64_t carry = addend;
    size_t i;
    for (i = 0; i < big->count; i++) {
        carry += (uint64_t)big->words[i] * factor;
        big->words[i] = (uint32_t)(carry & UINT32_MAX);
        carry >>= 32;
    }
    rp_sdk_big_push(big, carry);
}

static inline void rp_sdk_big_multiply_power(rp_sdk_big *big, uint32_t base, int exponent)
{
    while (exponent > 0) {
        uint32_t factor = 1;
        for (; exponent > 0 && factor <= UINT32_MAX / base; exponent--) factor *= base;
        rp_sdk_big_multiply_add(big, factor, 0);
    }
}

static inline void rp_sdk_big_shift_left(rp_sdk_big *big, int bits)
{
    size_t words = (size_t)bits / 32, i;
    rp_sdk_big_multiply_add(big, (uint32_t)1 << (bits % 32), 0);
    if (big->count == 0 || words == 0 || big->count + words > RP_SDK_BIG_WORDS) return;
    memmove(big->words + words, big->words, big->count * sizeof big->words[0]);
    for (i = 0; i < words; i++) big->words[i] = 0;
    big->count += words;
}

static inline int rp_sdk_big_compare(const rp_sdk_big *left, const rp_sdk_big *right)
{
    size_t i;
    if (left->count != right->count) return left->count < right->count ? -1 : 1;
    for (i = left->count; i-- > 0;) {
        if (left->words[i] != right->words[i]) return left->words[i] < right->words[i] ? -1 : 1;
    }
    return 0;
}

// left -= right, which is not the greater one.
static inline void rp_sdk_big_subtract(rp_sdk_big *left, const rp_sdk_big *right)
{
    uint64_t borrow = 0;
    size_t i;
    for (i = 0; i < left->count; i++) {
        uint64_t take = borrow + (i < right->count ? right->words[i] : 0);
        borrow = take > left->words[i] ? 1 : 0;
        left->words[i] = (uint32_t)((left->words[i] - take) & UINT32_MAX);
    }
    while (left->count > 0 && left->words[left->count - 1] == 0) left->count--;
}

// Compares left + addend with right.
static inline int rp_sdk_big_compare_sum(const rp_sdk_big *left, const rp_sdk_big *addend, const rp_sdk_big *right)
{
    rp_sdk_big sum;
    uint64_t carry = 0;
    size_t i;
    sum.count = 0;
    for (i = 0; i < left->count || i < addend->count; i++) {
        carry += i < left->count ? left->words[i] : 0;
        carry += i < addend->count ? addend->words[i] : 0;
        sum.words[sum.count++] = (uint32_t)(carry & UINT32_MAX);
        carry >>= 32;
    }
    rp_sdk_big_push(&sum, carry);
    return rp_sdk_big_compare(&sum, right);
}

static inline int rp_sdk_bit_count(uint64_t number)
{
    int bits = 0;
    for (; number != 0; number >>= 1) bits++;
    return bits;
}

static inline int rp_sdk_big_bit_count(const rp_sdk_big *big)
{
    return big->count == 0 ? 0 : (int)(big->count - 1) * 32 + rp_sdk_bit_count(big->words[big->count - 1]);
}

RP_ASSERT_(sdk_double, sizeof(double) == 8 && DBL_MANT_DIG == 53 && DBL_MAX_EXP == 1024, "a double is a binary64 of IEEE 754");

static inline double rp_sdk_double_from_bits(uint64_t bits)
{
    double number;
    memcpy(&number, &bits, sizeof number);
    return number;
}

static inline uint64_t rp_sdk_double_to_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

// A number's digits without its sign: digits times 10 to the exponent.
typedef struct rp_sdk_decimal {
    rp_sdk_big digits;
    int count;        // of digits from the first that is not 0
    int64_t exponent;
} rp_sdk_decimal;

// No double needs more than 768 digits to tell on which side of a tie a number lies; of the rest it matters only whether
// there is a digit other than 0.
#define RP_SDK_MAX_DIGITS 800

static inline void rp_sdk_decimal_add(rp_sdk_decimal *decimal, unsigned digit, bool *in_out_has_rest)
{
    if (decimal->count == 0 && digit == 0) return;
    if (decimal->count == RP_SDK_MAX_DIGITS) {
        *in_out_has_rest = *in_out_has_rest || digit != 0;
        decimal->exponent++;
        return;
    }
    rp_sdk_big_multiply_add(&decimal->digits, 10, digit);
    decimal->count++;
}

// Reads digits up to an exponent, then that; one of 10^15 and more is as good as any.
static inline rp_sdk_decimal rp_sdk_decimal_read(const char *at, const char *end)
{
    rp_sdk_decimal decimal;
    bool has_point = false, has_rest = false, is_negative = false;
    int64_t exponent = 0;
    rp_sdk_big_set(&decimal.digits, 0);
    decimal.count = 0;
    decimal.exponent = 0;
    for (; at < end && *at != 'e' && *at != 'E'; at++) {
        if (*at == '.') {
            has_point = true;
            continue;
        }
        rp_sdk_decimal_add(&decimal, (unsigned)(*at - '0'), &has_rest);
        decimal.exponent -= has_point;
    }
    if (has_rest) {
        rp_sdk_big_multiply_add(&decimal.digits, 10, 1);
        decimal.count++;
        decimal.exponent--;
    }
    for (; at < end; at++) {
        if (*at == '-') is_negative = true;
        if (rp_sdk_is_digit(*at) && exponent < 1000000000000000) exponent = exponent * 10 + (*at - '0');
    }
    decimal.exponent += is_negative ? -exponent : exponent;
    return decimal;
}

// Rounds quotient * 2^exponent to a double; the quotient has its top bit set, has_rest says that a bit more was cut off.
static inline uint64_t rp_sdk_round(uint64_t quotient, int exponent, bool has_rest)
{
    int drop = exponent + 11 < -1074 ? -1074 - exponent : 11; // subnormals have fewer bits
    uint64_t mantissa, rest, half;
    if (drop > 64) return 0;
    mantissa = drop == 64 ? 0 : quotient >> drop;
    rest = drop == 64 ? quotient : quotient & (((uint64_t)1 << drop) - 1);
    half = (uint64_t)1 << (drop - 1);
    if (rest > half || (rest == half && (has_rest || (mantissa & 1) != 0))) mantissa++;
    // The mantissa's hidden bit, and a carry out of it, raise the exponent by themselves.
    return mantissa + ((uint64_t)(exponent + drop + 1074) << 52);
}

// Divides bit by bit: number = (digits / divisor) * 2^shift.
static inline uint64_t rp_sdk_decimal_to_bits(rp_sdk_decimal *decimal)
{
    rp_sdk_big divisor;
    uint64_t quotient = 0;
    int exponent = (int)decimal->exponent, shift, i;
    rp_sdk_big_set(&divisor, 1);
    rp_sdk_big_multiply_power(exponent < 0 ? &divisor : &decimal->digits, 5, exponent < 0 ? -exponent : exponent);
    shift = rp_sdk_big_bit_count(&decimal->digits) - rp_sdk_big_bit_count(&divisor);
    rp_sdk_big_shift_left(shift < 0 ? &decimal->digits : &divisor, shift < 0 ? -shift : shift);
    if (rp_sdk_big_compare(&decimal->digits, &divisor) < 0) {
        rp_sdk_big_shift_left(&decimal->digits, 1);
        shift--;
    }
    for (i = 0; i < 64; i++) {
        quotient <<= 1;
        if (rp_sdk_big_compare(&decimal->digits, &divisor) >= 0) {
            rp_sdk_big_subtract(&decimal->digits, &divisor);
            quotient |= 1;
        }
        rp_sdk_big_shift_left(&decimal->digits, 1);
    }
    return rp_sdk_round(quotient, shift + exponent - 63, decimal->digits.count != 0);
}

// Where both numbers are exact doubles, one multiplication or division rounds once, and so rightly.
static inline bool rp_sdk_decimal_is_easy(const rp_sdk_decimal *decimal)
{
    return FLT_EVAL_METHOD == 0 && decimal->count <= 15 && decimal->exponent >= -22 && decimal->exponent <= 22;
}

static inline double rp_sdk_decimal_to_double_easily(const rp_sdk_decimal *decimal)
{
    uint64_t digits = decimal->digits.count > 0 ? decimal->digits.words[0] : 0;
    double power = 1;
    int64_t i;
    if (decimal->digits.count > 1) digits |= (uint64_t)decimal->digits.words[1] << 32;
    for (i = decimal->exponent < 0 ? -decimal->exponent : decimal->exponent; i > 0; i--) power *= 10;
    return decimal->exponent < 0 ? (double)digits / power : (double)digits * power;
}

static inline rp_json_result rp_json_read_double(rp_json number, double *out_number)
{
    rp_json_result result = rp_sdk_expect(number, RP_JSON_NUMBER);
    const char *at = number.text.data, *end = number.text.data + number.text.len;
    rp_sdk_decimal decimal;
    uint64_t bits = 0;
    bool negative;
    if (result != RP_JSON_OK) return result;
    negative = *at == '-';
    decimal = rp_sdk_decimal_read(negative ? at + 1 : at, end);
    if (decimal.count != 0 && decimal.exponent + decimal.count > 310) return RP_JSON_ERR_OUT_OF_RANGE;
    if (rp_sdk_decimal_is_easy(&decimal)) bits = rp_sdk_double_to_bits(rp_sdk_decimal_to_double_easily(&decimal));
    else if (decimal.count != 0 && decimal.exponent + decimal.count > -330) bits = rp_sdk_decimal_to_bits(&decimal);
    if (bits >= (uint64_t)0x7FF << 52) return RP_JSON_ERR_OUT_OF_RANGE;
    *out_number = rp_sdk_double_from_bits(bits | (uint64_t)negative << 63);
    return RP_JSON_OK;
}

// The digits of a double: 0.digits times 10 to the point.
typedef struct rp_sdk_digits {
    char digits[20];
    int count;
    int point;
} rp_sdk_digits;

// A double as value / unit; every number between value - below and value + above over unit reads back as the same double,
// and the two borders do as well when its last bit is 0. Everything is doubled, so that half a gap is an integer.
typedef struct rp_sdk_shortest {
    rp_sdk_big value, unit, above, below;
    bool takes_borders;
    int point;
} rp_sdk_shortest;

static inline void rp_sdk_shortest_start(rp_sdk_shortest *shortest, uint64_t bits)
{
    int field = (int)(bits >> 52);
    uint64_t mantissa = bits & (((uint64_t)1 << 52) - 1);
    int exponent = field == 0 ? -1074 : field - 1075;
    int is_power = field > 1 && mantissa == 0; // then the gap below is half of the one above
    int up = exponent > 0 ? exponent : 0, down = exponent < 0 ? -exponent : 0;
    int64_t log2;
    if (field != 0) mantissa |= (uint64_t)1 << 52;
    rp_sdk_big_set(&shortest->value, mantissa);
    rp_sdk_big_set(&shortest->unit, 1);
    rp_sdk_big_set(&shortest->above, 1);
    rp_sdk_big_set(&shortest->below, 1);
    rp_sdk_big_shift_left(&shortest->value, up + 1 + is_power);
    rp_sdk_big_shift_left(&shortest->unit, down + 1 + is_power);
    rp_sdk_big_shift_left(&shortest->above, up + is_power);
    rp_sdk_big_shift_left(&shortest->below, up);
    shortest->takes_borders = (mantissa & 1) == 0;
    // One more than the whole part of log10, from log2: right or one too small. 400 keeps the division above 0.
    log2 = rp_sdk_bit_count(mantissa) + exponent - 1;
    shortest->point = (int)((log2 * 30102999566 + 40000000000000) / 100000000000) - 399;
}

static inline void rp_sdk_shortest_multiply(rp_sdk_shortest *shortest, int exponent)
{
    rp_sdk_big_multiply_power(&shortest->value, 10, exponent);
    rp_sdk_big_multiply_power(&shortest->above, 10, exponent);
    rp_sdk_big_multiply_power(&shortest->below, 10, exponent);
}

static inline bool rp_sdk_shortest_reaches_unit(const rp_sdk_shortest *shortest)
{
    int order = rp_sdk_big_compare_sum(&shortest->value, &shortest->above, &shortest->unit);
    return order > 0 || (order == 0 && shortest->takes_borders);
}

// Brings the value below 1 with the first digit behind the point.
static inline void rp_sdk_shortest_scale(rp_sdk_shortest *shortest)
{
    if (shortest->point >= 0) rp_sdk_big_multiply_power(&shortest->unit, 10, shortest->point);
    else rp_sdk_shortest_multiply(shortest, -shortest->point);
    if (rp_sdk_shortest_reaches_unit(shortest)) shortest->point++;
    else rp_sdk_shortest_multiply(shortest, 1);
}

// Takes digits until what is left is within reach of a border (Steele and White; Dybvig).
static inline rp_sdk_digits rp_sdk_digits_of(uint64_t bits)
{
    rp_sdk_shortest shortest;
    rp_sdk_digits digits;
    bool can_stop_low, can_stop_high;
    int digit, order;
    rp_sdk_shortest_start(&shortest, bits);
    rp_sdk_shortest_scale(&shortest);
    digits.count = 0;
    digits.point = shortest.point;
    for (;;) {
        for (digit = 0; rp_sdk_big_compare(&shortest.value, &shortest.unit) >= 0; digit++) {
            rp_sdk_big_subtract(&shortest.value, &shortest.unit);
        }
        order = rp_sdk_big_compare(&shortest.value, &shortest.below);
        can_stop_low = order < 0 || (order == 0 && shortest.takes_borders);
        can_stop_high = rp_sdk_shortest_reaches_unit(&shortest);
        if (can_stop_low || can_stop_high) break;
        digits.digits[digits.count++] = (char)('0' + digit);
        rp_sdk_shortest_multiply(&shortest, 1);
    }
    if (can_stop_low && can_stop_high) { // the nearer one, of two equally near the even one
        order = rp_sdk_big_compare_sum(&shortest.value, &shortest.value, &shortest.unit);
        can_stop_low = order < 0 || (order == 0 && digit % 2 == 0);
    }
    digits.digits[digits.count++] = (char)('0' + digit + (can_stop_low ? 0 : 1));
    return digits;
}

static inline size_t rp_sdk_print_uint(uint64_t number, char *out)
{
    char reversed[20];
    size_t count = 0, i;
    do {
        reversed[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
    for (i = 0; i < count; i++) out[i] = reversed[count - 1 - i];
    return count;
}

static inline char *rp_sdk_print_run(char *to, const char *digits, int count)
{
    for (; count > 0; count--) *to++ = digits == NULL ? '0' : *digits++;
    return to;
}

// Writes 0.00123, 12.3, 1230.0 or 1.23e+30, as Rust's serde_json does: the same value is the same text in every language.
static inline char *rp_sdk_print_digits(const rp_sdk_digits *digits, char *to)
{
    int point = digits->point, count = digits->count;
    bool has_exponent = point <= -5 || point > 16;
    int whole = has_exponent ? 1 : point;
    if (whole <= 0) {
        *to++ = '0';
        *to++ = '.';
        to = rp_sdk_print_run(to, NULL, -whole);
        return rp_sdk_print_run(to, digits->digits, count);
    }
    to = rp_sdk_print_run(to, digits->digits, count < whole ? count : whole);
    to = rp_sdk_print_run(to, NULL, whole - count);
    if (count > whole) {
        *to++ = '.';
        to = rp_sdk_print_run(to, digits->digits + whole, count - whole);
    } else if (!has_exponent) {
        *to++ = '.';
        *to++ = '0';
    }
    if (!has_exponent) return to;
    *to++ = 'e';
    *to++ = point < 1 ? '-' : '+';
    return to + rp_sdk_print_uint((uint64_t)(point < 1 ? 1 - point : point - 1), to);
}

// Needs 32 bytes; the number is finite.
static inline size_t rp_sdk_print_double(double number, char *out)
{
    uint64_t bits = rp_sdk_double_to_bits(number);
    uint64_t magnitude = bits & ~((uint64_t)1 << 63);
    char *to = out;
    rp_sdk_digits digits;
    if (bits != magnitude) *to++ = '-';
    digits.count = 0;
    digits.point = 1;
    if (magnitude != 0) digits = rp_sdk_digits_of(magnitude);
    return (size_t)(rp_sdk_print_digits(&digits, to) - out);
}

// -- the writer --

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

// -- answers --

// Ends a response; a mistake in it becomes an error response of its own.
static inline rp_status rp_sdk_answer(rp_writer *response, rp_status status)
{
    rp_json_result result;
    rp_writer_close(response);
    result = rp_writer_finish(response);
    if (result == RP_JSON_OK) return status;
    if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    return rp_answer_error_str(response->reply, RP_CODE_INTERNAL, "the response could not be written: ",
                               rp_str_from(rp_json_result_text(result)));
}

// A response up to its second key, which waits for the value. In one piece, since every answer begins so.
static inline rp_writer rp_sdk_response_start(rp_reply *reply, const char *members)
{
    rp_writer response = rp_writer_start(reply);
    rp_writer_open_object(&response);
    rp_sdk_put(&response, members, strlen(members));
    response.has_key = true;
    return response;
}

static inline rp_writer rp_answer_value_start(rp_reply *reply)
{
    return rp_sdk_response_start(reply, "\"status\":\"success\",\"data\":");
}

static inline rp_status rp_answer_value_finish(rp_writer *data)
{
    return rp_sdk_answer(data, RP_OK);
}

static inline rp_writer rp_answer_start(rp_reply *reply)
{
    rp_writer data = rp_answer_value_start(reply);
    rp_writer_open_object(&data);
    return data;
}

static inline rp_status rp_answer_finish(rp_writer *data)
{
    rp_writer_close(data);
    return rp_answer_value_finish(data);
}

static inline rp_status rp_answer_empty(rp_reply *reply)
{
    rp_writer data = rp_answer_start(reply);
    return rp_answer_finish(&data);
}

static inline rp_status rp_answer_json(rp_reply *reply, rp_json data)
{
    rp_writer response = rp_answer_value_start(reply);
    rp_writer_json(&response, data);
    return rp_answer_value_finish(&response);
}

// The string of "error" opened, for the caller to fill in.
static inline rp_writer rp_sdk_error_start(rp_reply *reply)
{
    rp_writer response = rp_sdk_response_start(reply, "\"status\":\"error\",\"error\":");
    rp_sdk_put_value(&response, "\"", 1);
    return response;
}

static inline rp_status rp_sdk_error_finish(rp_writer *response, const char *code)
{
    rp_sdk_put(response, "\"", 1);
    rp_writer_key(response, "code");
    rp_writer_string(response, code);
    return rp_sdk_answer(response, RP_FAILED);
}

static inline rp_status rp_answer_error(rp_reply *reply, const char *code, const char *text)
{
    return rp_answer_error_str(reply, code, text, rp_str_from(""));
}

static inline rp_status rp_answer_error_str(rp_reply *reply, const char *code, const char *text, rp_str about)
{
    rp_writer response = rp_sdk_error_start(reply);
    rp_sdk_put_text(&response, rp_str_from(text));
    rp_sdk_put_text(&response, about);
    return rp_sdk_error_finish(&response, code);
}

static inline rp_status rp_answer_error_json(rp_reply *reply, const char *code, const char *text, rp_json about)
{
    rp_writer response = rp_sdk_error_start(reply);
    rp_sdk_put_text(&response, rp_str_from(text));
    if (rp_json_is(about, RP_JSON_STRING)) rp_sdk_put_string(&response, about);
    else rp_sdk_put_text(&response, about.text);
    return rp_sdk_error_finish(&response, code);
}

static inline rp_status rp_answer_error_details(rp_reply *reply, rp_str code, rp_str text, rp_json details)
{
    rp_writer response = rp_sdk_response_start(reply, "\"status\":\"error\",\"error\":");
    rp_writer_str(&response, text);
    rp_writer_key(&response, "code");
    rp_writer_str(&response, code);
    if (!rp_json_is(details, RP_JSON_NOTHING)) {
        rp_writer_key(&response, "details");
        rp_writer_json(&response, details);
    }
    return rp_sdk_answer(&response, RP_FAILED);
}

static inline rp_status rp_answer_error_values(rp_reply *reply, rp_json code, rp_json text, rp_json details)
{
    rp_writer response = rp_sdk_error_start(reply);
    rp_json_result has_text = rp_sdk_expect(text, RP_JSON_STRING), has_code = rp_sdk_expect(code, RP_JSON_STRING);
    if (has_text != RP_JSON_OK) rp_sdk_fail(&response, has_text);
    else rp_sdk_put_string(&response, text);
    rp_sdk_put(&response, "\"", 1);
    rp_writer_key(&response, "code");
    rp_sdk_put_value(&response, "\"", 1);
    if (has_code != RP_JSON_OK) rp_sdk_fail(&response, has_code);
    else rp_sdk_put_string(&response, code);
    rp_sdk_put(&response, "\"", 1);
    if (!rp_json_is(details, RP_JSON_NOTHING)) {
        rp_writer_key(&response, "details");
        rp_writer_json(&response, details);
    }
    return rp_sdk_answer(&response, RP_FAILED);
}

// -- messages --

static inline rp_status rp_message_open(const void *instance, const rp_message *message, rp_reply *reply,
                                        rp_json *out_payload)
{
    rp_json_result result;
    *out_payload = rp_sdk_nothing();
    if (reply == NULL) return RP_ERR_NO_MEMORY;
    if (instance == NULL) return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "NULL instance");
    if (message == NULL) return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "NULL message");
    if (message->flags != 0) return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "unknown message flags");
    result = rp_json_parse(message->payload, out_payload);
    if (result == RP_JSON_ERR_TOO_DEEP) return rp_answer_error(reply, RP_CODE_TOO_LARGE, "the payload nests too deep");
    if (result != RP_JSON_OK) return rp_answer_error(reply, RP_CODE_INVALID_JSON, "the payload is not valid JSON");
    if (rp_json_is(*out_payload, RP_JSON_OBJECT)) return RP_OK;
    return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "the payload is not an object");
}

static inline rp_status rp_command_open(rp_json payload, rp_reply *reply, rp_json *out_name, rp_json *out_args)
{
    size_t len;
    *out_name = rp_json_get(payload, "name");
    *out_args = rp_json_get(payload, "args");
    if (rp_json_string_len(*out_name, &len) != RP_JSON_OK) {
        return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "name: expected a string");
    }
    if (rp_json_is(*out_args, RP_JSON_NOTHING)) *out_args = rp_json_literal("{}");
    if (rp_json_is(*out_args, RP_JSON_OBJECT)) return RP_OK;
    return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "args: expected an object");
}

static inline rp_json_result rp_response_parse(rp_str text, rp_response *out_response)
{
    rp_json object;
    rp_response response;
    rp_json_result result = rp_json_parse(text, &object);
    if (result != RP_JSON_OK) return result;
    response.is_success = rp_json_equals(rp_json_get(object, "status"), "success");
    response.data = response.is_success ? rp_json_get(object, "data") : rp_sdk_nothing();
    response.error = response.is_success ? rp_sdk_nothing() : rp_json_get(object, "error");
    response.code = response.is_success ? rp_sdk_nothing() : rp_json_get(object, "code");
    response.details = response.is_success ? rp_sdk_nothing() : rp_json_get(object, "details");
    if (!response.is_success) {
        result = rp_sdk_expect(rp_json_get(object, "status"), RP_JSON_STRING);
        if (result == RP_JSON_OK && !rp_json_equals(rp_json_get(object, "status"), "error")) result = RP_JSON_ERR_WRONG_KIND;
        if (result == RP_JSON_OK) result = rp_sdk_expect(response.error, RP_JSON_STRING);
    }
    if (result == RP_JSON_OK) *out_response = response;
    return result;
}

// -- replies --

static inline rp_status RP_CALL rp_sdk_grow_never(rp_reply *reply, size_t additional)
{
    return reply->capacity - reply->len >= additional ? RP_OK : RP_ERR_NO_MEMORY;
}

static inline rp_reply rp_reply_fixed(char *buffer, size_t capacity)
{
    rp_reply reply;
    memset(&reply, 0, sizeof reply);
    reply.struct_size = (uint32_t)sizeof reply;
    reply.data = buffer;
    reply.capacity = capacity;
    reply.grow = rp_sdk_grow_never;
    return reply;
}

#ifdef RP_SDK_MALLOC
static inline rp_status RP_CALL rp_sdk_grow_malloc(rp_reply *reply, size_t additional)
{
    size_t capacity = reply->capacity > SIZE_MAX / 2 ? SIZE_MAX : reply->capacity * 2;
    char *data;
    if (additional > SIZE_MAX - reply->len) return RP_ERR_NO_MEMORY;
    if (capacity < reply->len + additional) capacity = reply->len + additional;
    if (capacity < 256) capacity = 256;
    data = (char *)realloc(reply->data, capacity);
    if (data == NULL) return RP_ERR_NO_MEMORY;
    reply->data = data;
    reply->capacity = capacity;
    return RP_OK;
}

static inline rp_reply rp_reply_create(void)
{
    rp_reply reply = rp_reply_fixed(NULL, 0);
    reply.grow = rp_sdk_grow_malloc;
    return reply;
}

static inline void rp_reply_destroy(rp_reply *reply)
{
    free(reply->data);
    reply->data = NULL;
    reply->len = 0;
    reply->capacity = 0;
}
#endif

static inline void rp_reply_clear(rp_reply *reply)
{
    reply->len = 0;
}

static inline rp_str rp_reply_text(const rp_reply *reply)
{
    return reply->data == NULL ? rp_str_from("") : rp_sdk_slice(reply->data, reply->data + reply->len);
}

// -- the host --

static inline rp_message rp_message_make(const char *type, rp_str payload)
{
    rp_message message;
    memset(&message, 0, sizeof message);
    message.struct_size = (uint32_t)sizeof message;
    message.type = rp_str_from(type);
    message.payload = payload;
    return message;
}

static inline rp_status rp_host_send(const rp_host *host, uint64_t cause, const char *type, rp_str payload, rp_reply *reply)
{
    rp_message message = rp_message_make(type, payload);
    if (!RP_HAS(host, rp_host, send)) return rp_answer_error(reply, RP_CODE_UNAVAILABLE, "this host takes no messages");
    message.cause = cause;
    return host->send(host, &message, reply);
}

static inline rp_status rp_host_command(const rp_host *host, uint64_t cause, const char *module, const char *name,
                                        rp_json args, rp_reply *request, rp_reply *reply)
{
    rp_writer payload = rp_writer_start(request);
    size_t start = request->len;
    rp_json_result result;
    rp_status status;
    rp_writer_open_object(&payload);
    rp_writer_key(&payload, "module");
    rp_writer_string(&payload, module);
    rp_writer_key(&payload, "name");
    rp_writer_string(&payload, name);
    rp_writer_key(&payload, "args");
    rp_writer_json(&payload, rp_json_is(args, RP_JSON_NOTHING) ? rp_json_literal("{}") : args);
    rp_writer_close(&payload);
    result = rp_writer_finish(&payload);
    if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    if (result != RP_JSON_OK) return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, rp_json_result_text(result));
    status = rp_host_send(host, cause, "command", rp_sdk_slice(request->data + start, request->data + request->len), reply);
    request->len = start;
    return status;
}

static inline void rp_host_log_str(const rp_host *host, uint64_t message_id, int32_t level, rp_str text)
{
    if (RP_HAS(host, rp_host, write_log)) host->write_log(host, message_id, level, text.data, text.len);
}

static inline void rp_host_log(const rp_host *host, uint64_t message_id, int32_t level, const char *text)
{
    rp_host_log_str(host, message_id, level, rp_str_from(text));
}

#ifdef RP_SDK_STDIO
static inline void rp_host_logf(const rp_host *host, uint64_t message_id, int32_t level, const char *format, ...)
{
    char text[1024];
    size_t len = sizeof text - 4;
    int wanted;
    va_list arguments;
    va_start(arguments, format);
    wanted = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (wanted >= (int)sizeof text) { // cut where a character begins
        while (len > 0 && ((unsigned char)text[len] & 0xC0) == 0x80) len--;
        memcpy(text + len, "...", 4);
    }
    if (wanted >= 0) rp_host_log(host, message_id, level, text);
}
#endif

static inline bool rp_host_is_cancelled(const rp_host *host, uint64_t message_id)
{
    return RP_HAS(host, rp_host, cancelled) && host->cancelled(host, message_id) != 0;
}

static inline bool rp_host_read_time(const rp_host *host, int64_t *out_now_us)
{
    if (!RP_HAS(host, rp_host, now_us)) return false;
    *out_now_us = host->now_us(host);
    return true;
}

static inline bool rp_host_fill_random(const rp_host *host, void *data, size_t len)
{
    if (!RP_HAS(host, rp_host, random)) return false;
    host->random(host, data, len);
    return true;
}

#ifdef __cplusplus
}
#endif

#endif
