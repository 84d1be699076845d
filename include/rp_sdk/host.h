// The host: messages to it, log, time, randomness.

#ifndef RP_SDK_HOST_H
#define RP_SDK_HOST_H

#include "answer.h"
#include "reply.h"

#ifdef RP_SDK_STDIO
#include <stdarg.h>
#include <stdio.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Makes a message to send, with flags, id and cause 0.
//
// type, payload  borrowed: they must outlive the message
static inline rp_message rp_message_make(const char *type, rp_str payload);

// Sends a message to the host, or through it to another module, and waits for the response.
//
// host     as passed to create
// cause    id of the message on whose behalf this is sent; 0 for none
// type     NUL-terminated: "query" "mutation" "event" "command"
// payload  one JSON object, outside the reply
// reply    gets the response: your own, or the one passed to handle_message, to pass the answer on
// returns  RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY, RP_ERR_CANCELLED without. If the host has no send, an
//          error response with code "unavailable"
// [may-block] [may-call-host]
static inline rp_status rp_host_send(const rp_host *host, uint64_t cause, const char *type, rp_str payload,
                                     rp_reply *reply);

// Sends a command to another module.
//
// module   its name, as in the capability "call"
// name     of the command
// args     an object, or nothing for {}
// request  a reply of your own, for the payload, which is appended and removed again
// reply    gets the response; not the same as request
// returns  as rp_host_send
// [may-block] [may-call-host]
static inline rp_status rp_host_command(const rp_host *host, uint64_t cause, const char *module, const char *name,
                                        rp_json args, rp_reply *request, rp_reply *reply);

// Writes a line to the host's log; if the host has none, the line is lost.
//
// message_id  the message that the line is about, or 0
// level       RP_LOG_ERROR to RP_LOG_TRACE
// text        UTF-8 without a newline, NUL-terminated or with a length
// [may-call-host]
static inline void rp_host_log(const rp_host *host, uint64_t message_id, int32_t level, const char *text);
static inline void rp_host_log_str(const rp_host *host, uint64_t message_id, int32_t level, rp_str text);

#ifdef RP_SDK_STDIO
// The same with a printf format. A line longer than 1023 bytes is cut and ends in "...". Numbers are printed in the
// locale of the process. Under WebAssembly snprintf adds imports, which the host refuses.
// [may-call-host]
#if defined(__GNUC__)
__attribute__((format(printf, 4, 5)))
#endif
static inline void
rp_host_logf(const rp_host *host, uint64_t message_id, int32_t level, const char *format, ...);
#endif

// Tells whether the answer to a message is no longer wanted; cheap enough for inner loops.
//
// message_id  or 0: is the instance being unloaded?
// returns     true if you can stop working on it; false also if the host cannot tell
// [may-call-host]
static inline bool rp_host_is_cancelled(const rp_host *host, uint64_t message_id);

// Tells the time: microseconds since 1970, UTC.
//
// returns  false if the host has no clock
// [may-call-host]
static inline bool rp_host_read_time(const rp_host *host, int64_t *out_now_us);

// Fills memory with cryptographically secure random bytes.
//
// returns  false if the host has none
// [may-call-host]
static inline bool rp_host_fill_random(const rp_host *host, void *data, size_t len);

// ---- code ----

static inline rp_message rp_message_make(const char *type, rp_str payload)
{
    rp_message message;
    memset(&message, 0, sizeof message);
    message.struct_size = (uint32_t)sizeof message;
    message.type = rp_str_from(type);
    message.payload = payload;
    return message;
}

static inline rp_status rp_host_send(const rp_host *host, uint64_t cause, const char *type, rp_str payload,
                                     rp_reply *reply)
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
    status =
        rp_host_send(host, cause, "command", rp_sdk_slice(request->data + start, request->data + request->len), reply);
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
