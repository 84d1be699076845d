// Replies of your own, and the responses that come back in them.

#ifndef RP_SDK_REPLY_H
#define RP_SDK_REPLY_H

#include "writer.h"

#ifndef RP_SDK_NO_MALLOC
#include <stdlib.h>
#endif

#ifdef __cplusplus
extern "C" {
#endif

// Makes a reply on fixed memory: on the stack, in a static buffer. It does not grow.
//
// buffer, capacity  owned by the caller; must outlive the reply
// returns           an empty reply
static inline rp_reply rp_reply_fixed(char *buffer, size_t capacity);

#ifndef RP_SDK_NO_MALLOC
// Makes a reply that grows with realloc. After rp_reply_clear it reuses its memory.
//
// returns  an empty reply; free it with rp_reply_destroy
static inline rp_reply rp_reply_create(void);
static inline void rp_reply_destroy(rp_reply *reply);
#endif

// Empties a reply of your own for the next use, and keeps its memory.
static inline void rp_reply_clear(rp_reply *reply);

// Reads the content of a reply of your own.
//
// returns  the text; valid until the next write to the reply
static inline rp_str rp_reply_text(const rp_reply *reply);

// The members of a response.
typedef struct rp_response {
    bool is_success;
    rp_json data;    // of a success; nothing if it has none
    rp_json error;   // of an error: the text for people, a string
    rp_json code;    // a string, or nothing
    rp_json details; // or nothing
} rp_response;

// Reads a response.
//
// text          what rp_host_send put into the reply
// out_response  points into text
// returns       RP_JSON_OK; RP_JSON_ERR_INVALID or TOO_DEEP; RP_JSON_ERR_MISSING or WRONG_KIND if it is JSON but not a response
static inline rp_json_result rp_response_parse(rp_str text, rp_response *out_response);

// ---- code ----

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

#ifndef RP_SDK_NO_MALLOC
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
        if (result == RP_JSON_OK && !rp_json_equals(rp_json_get(object, "status"), "error"))
            result = RP_JSON_ERR_WRONG_KIND;
        if (result == RP_JSON_OK) result = rp_sdk_expect(response.error, RP_JSON_STRING);
    }
    if (result == RP_JSON_OK) *out_response = response;
    return result;
}

#ifdef __cplusplus
}
#endif

#endif
