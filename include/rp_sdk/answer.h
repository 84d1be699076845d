// Opens a message and writes its answer: success, error, the standard codes.

#ifndef RP_SDK_ANSWER_H
#define RP_SDK_ANSWER_H

#include "writer.h"

#ifdef __cplusplus
extern "C" {
#endif

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

// Call this first in handle_message. It refuses NULL and unknown flags, and checks the payload, which must be one object.
// If something is wrong, it writes the error response:
//     rp_status status = rp_message_open(instance, message, reply, &payload);
//     if (status != RP_OK) return status;
//
// instance, message, reply  as passed to handle_message; may be NULL here
// out_payload               the object, pointing into the message
// returns                   RP_OK: go on; otherwise return this from handle_message
static inline rp_status rp_message_open(const void *instance, const rp_message *message, rp_reply *reply,
                                        rp_json *out_payload);

// Reads the payload of a "command". If it has no name or its args are not an object, it writes the error response.
//
// out_name  a string that can be decoded: rp_json_equals(name, "ping")
// out_args  an object, {} if the payload has none; after an error both are whatever the payload has
// returns   RP_OK: go on; otherwise return this from handle_message
static inline rp_status rp_command_open(rp_json payload, rp_reply *reply, rp_json *out_name, rp_json *out_args);

// Answers success with an object, member by member:
//     rp_writer data = rp_answer_start(reply);
//     rp_writer_key(&data, "reply");
//     rp_writer_string(&data, "pong");
//     return rp_answer_finish(&data);
// rp_answer_finish closes the object. Close first whatever you opened. After a mistake in writing the answer is an error
// response with code "internal".
//
// returns  RP_OK; RP_FAILED after a mistake; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_writer rp_answer_start(rp_reply *reply);
static inline rp_status rp_answer_finish(rp_writer *data);

// Answers success with the one value that is written between the two:
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
// returns  RP_OK; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_status rp_answer_empty(rp_reply *reply);

// Answers success with an existing value, byte for byte.
//
// returns  RP_OK; RP_FAILED if it is nothing; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_status rp_answer_json(rp_reply *reply, rp_json data);

// Answers an error; the last two append what it is about to the text: "unknown command: " and the name.
//
// code     a standard one, RP_CODE_..., or the module's own
// text     for people
// about    a borrowed text, or a value: a string is decoded, any other is shown as JSON
// returns  RP_FAILED; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_status rp_answer_error(rp_reply *reply, const char *code, const char *text);
static inline rp_status rp_answer_error_str(rp_reply *reply, const char *code, const char *text, rp_str about);
static inline rp_status rp_answer_error_json(rp_reply *reply, const char *code, const char *text, rp_json about);

// Answers an error with all its members.
//
// code, text  borrowed
// details     an object, or nothing
// returns     RP_FAILED; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_status rp_answer_error_details(rp_reply *reply, rp_str code, rp_str text, rp_json details);

// Answers an error made of values, such as one that another module returned.
//
// code, text  strings
// details     an object, or nothing
// returns     RP_FAILED; RP_ERR_NO_MEMORY with the reply unchanged
static inline rp_status rp_answer_error_values(rp_reply *reply, rp_json code, rp_json text, rp_json details);

// ---- code ----

// Ends a response; a mistake in it becomes an error response of its own.
static inline rp_status rp_sdk_answer(rp_writer *response, rp_status status)
{
    rp_json_result result;
    rp_writer_close(response);
    result = rp_writer_finish(response);
    if (result == RP_JSON_OK) return status;
    if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    return rp_answer_error_str(response->reply, RP_CODE_INTERNAL,
                               "the response could not be written: ", rp_str_from(rp_json_result_text(result)));
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

#ifdef __cplusplus
}
#endif

#endif
