// good.h: a module that keeps every rule, and the places where the broken ones break one.
//
// A broken module is this file with one macro defined before the #include. Its first lines say what is wrong with it, and
// exactly which checks find that:
//
//     // It answers commands before init.
//     // trips: life/before-init
//
// The macros are statements, empty here, but for those that say otherwise.
#ifndef GOOD_H
#define GOOD_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <stdlib.h>
// A sandbox has no system that a rule of it could be broken with.
#if !defined(__wasm32__)
#include <fcntl.h>
#include <fenv.h>
#include <locale.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>
#endif
#if defined(_WIN32)
#include "on_windows.h"
#endif

#include "rp_sdk.h"

#ifndef FLAGS
#define FLAGS 0
#endif
#ifndef MANIFEST
#define MANIFEST                                                                                          \
    "{\"name\":\"good\",\"version\":\"1.0.0\",\"protocol\":\"1.0\",\"description\":\"Keeps every rule\"," \
    "\"authors\":[],\"license\":\"MIT\",\"needs\":[],\"provides\":[\"note\"],"                            \
    "\"requests\":{\"read\":[\"note\"],\"write\":[],\"emit\":[\"good.asked\"],\"subscribe\":[],\"call\":[]}}"
#endif

// create: `host` and `self` are there.
#ifndef ON_CREATE
#define ON_CREATE
#endif
// The start of destroy, with `self`; and its end, when self is freed.
#ifndef ON_DESTROY
#define ON_DESTROY
#endif
#ifndef AFTER_DESTROY
#define AFTER_DESTROY
#endif
// The start and the end of handle_message, with `self`, `message` and `reply`; at the end also `status`.
#ifndef ON_MESSAGE
#define ON_MESSAGE
#endif
#ifndef AFTER_MESSAGE
#define AFTER_MESSAGE
#endif
// Before the payload is read: here self is not NULL, and the message neither.
#ifndef BEFORE_OPEN
#define BEFORE_OPEN
#endif
// After the payload was read, whatever the type: `payload` is there.
#ifndef ON_OPEN
#define ON_OPEN
#endif
// A message of a type, `payload` is there.
#ifndef ON_INIT
#define ON_INIT
#endif
#ifndef ON_SHUTDOWN
#define ON_SHUTDOWN
#endif
#ifndef ON_DESCRIBE
#define ON_DESCRIBE
#endif
#ifndef ON_COMMAND
#define ON_COMMAND
#endif
#ifndef ON_QUERY
#define ON_QUERY
#endif
#ifndef ON_EVENT
#define ON_EVENT
#endif
#ifndef ON_MUTATION
#define ON_MUTATION
#endif
#ifndef ON_UNKNOWN_TYPE
#define ON_UNKNOWN_TYPE
#endif
// The command ask, before it asks the host.
#ifndef ON_ASK
#define ON_ASK
#endif
// The same, with `asked`, the status of the answer.
#ifndef AFTER_ASK
#define AFTER_ASK
#endif
// The cause of the message that the command ask sends, as an expression.
#ifndef CAUSE
#define CAUSE message->id
#endif
// The host that the command ask uses, as an expression.
#ifndef HOST
#define HOST self->host
#endif
#ifndef DESCRIPTION
#define DESCRIPTION                                                                                           \
    "{\"commands\":[{\"name\":\"ask\",\"description\":\"Asks the host for all that it lends\","               \
    "\"args\":{\"type\":\"object\",\"properties\":{\"note\":{\"type\":\"string\"}},\"required\":[\"note\"]}," \
    "\"returns\":{\"type\":\"object\"}}],\"events\":{\"good.asked\":{\"type\":\"object\"}}}"
#endif

typedef struct module {
    const rp_host *host;
    char *kept;
    bool is_initialized;
    long spare; // for those that break a rule
} module;

static inline bool good_has(rp_str text, const char *part)
{
    return memmem(text.data, text.len, part, strlen(part)) != NULL;
}

// Takes a copy of the payload, so that there is an allocation that can fail.
static char *good_copy(rp_str text)
{
    char *copy = malloc(text.len + 1);
    if (copy == NULL) return NULL;
    memcpy(copy, text.data, text.len);
    copy[text.len] = 0;
    return copy;
}

static rp_status good_ask(module *self, const rp_message *message, rp_reply *reply)
{
    rp_reply own = rp_reply_create();
    unsigned char random[8];
    int64_t now = 0;
    rp_status asked;
    rp_writer data;
    ON_ASK;
    rp_host_fill_random(HOST, random, sizeof random);
    rp_host_read_time(HOST, &now);
    rp_host_log(HOST, message->id, RP_LOG_DEBUG, "asking");
    if (rp_host_is_cancelled(HOST, message->id)) {
        rp_reply_destroy(&own);
        return RP_ERR_CANCELLED;
    }
    asked = rp_host_send(HOST, CAUSE, "query", rp_str_from("{\"entity\":\"note\"}"), &own);
    AFTER_ASK;
    rp_reply_destroy(&own);
    if (asked == RP_ERR_NO_MEMORY || asked == RP_ERR_CANCELLED) return asked;
    if (!RP_HAS_RESPONSE(asked)) return rp_answer_error(reply, RP_CODE_UNAVAILABLE, "the host gave no response");
    data = rp_answer_start(reply);
    rp_writer_key(&data, "granted");
    rp_writer_bool(&data, asked == RP_OK);
    return rp_answer_finish(&data);
}

static rp_status good_command(module *self, const rp_message *message, rp_json payload, rp_reply *reply)
{
    rp_json name, args;
    rp_status opened = rp_command_open(payload, reply, &name, &args);
    (void)message;
    if (opened != RP_OK) return opened;
    ON_COMMAND;
    if (rp_json_equals(name, "ask")) return good_ask(self, message, reply);
    return rp_answer_error_json(reply, RP_CODE_UNKNOWN_COMMAND, "unknown command: ", name);
}

static rp_status good_query(module *self, rp_json payload, rp_reply *reply)
{
    rp_writer data;
    (void)self;
    (void)payload;
    ON_QUERY;
    data = rp_answer_start(reply);
    rp_writer_key(&data, "entities");
    rp_writer_open_array(&data);
    rp_writer_close(&data);
    rp_writer_key(&data, "count");
    rp_writer_uint(&data, 0);
    return rp_answer_finish(&data);
}

static rp_status good_init(module *self, rp_json payload, rp_reply *reply)
{
    rp_json config = rp_json_get(payload, "config");
    ON_INIT;
    if (self->is_initialized) return rp_answer_error(reply, RP_CODE_CONFLICT, "already initialized");
    if (!rp_json_is(config, RP_JSON_OBJECT))
        return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "config: expected an object");
    self->is_initialized = true;
    return rp_answer_empty(reply);
}

static rp_status good_dispatch(module *self, const rp_message *message, rp_json payload, rp_reply *reply)
{
    ON_OPEN;
    if (rp_str_eq(message->type, "init")) return good_init(self, payload, reply);
    if (rp_str_eq(message->type, "describe")) {
        ON_DESCRIBE;
        return rp_answer_json(reply, rp_json_literal(DESCRIPTION));
    }
    if (!self->is_initialized) return rp_answer_error(reply, RP_CODE_NOT_INITIALIZED, "the module is not initialized");
    if (rp_str_eq(message->type, "command")) return good_command(self, message, payload, reply);
    if (rp_str_eq(message->type, "query")) return good_query(self, payload, reply);
    if (rp_str_eq(message->type, "mutation")) {
        ON_MUTATION;
        return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "the entities are read-only");
    }
    if (rp_str_eq(message->type, "event")) {
        ON_EVENT;
        return rp_answer_empty(reply);
    }
    if (rp_str_eq(message->type, "shutdown")) {
        ON_SHUTDOWN;
        self->is_initialized = false;
        return rp_answer_empty(reply);
    }
    ON_UNKNOWN_TYPE;
    return rp_answer_error_str(reply, RP_CODE_UNKNOWN_TYPE, "unknown message type: ", message->type);
}

static rp_status good_answer(module *self, const rp_message *message, rp_reply *reply)
{
    rp_json payload;
    rp_status status;
    char *copy;
    if (self == NULL || message == NULL || reply == NULL) return rp_message_open(self, message, reply, &payload);
    BEFORE_OPEN;
    status = rp_message_open(self, message, reply, &payload);
    if (status != RP_OK) return status;
    copy = good_copy(message->payload);
    if (copy == NULL) return RP_ERR_NO_MEMORY;
    status = good_dispatch(self, message, payload, reply);
    free(copy);
    return status;
}

static void *good_create(const rp_host *host)
{
    module *self = calloc(1, sizeof *self);
    if (self == NULL) return NULL;
    self->host = host;
    self->kept = malloc(16);
    if (self->kept == NULL) {
        free(self);
        return NULL;
    }
    ON_CREATE;
    return self;
}

static void good_destroy(void *instance)
{
    module *self = instance;
    if (self == NULL) return;
    ON_DESTROY;
    free(self->kept);
    free(self);
    AFTER_DESTROY;
}

static rp_status good_handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    module *self = instance;
    rp_status status;
    (void)self;
    ON_MESSAGE;
    status = good_answer(self, message, reply);
    AFTER_MESSAGE;
    return status;
}

// OWN_ENTRY: the file makes its own table; PLAIN: the functions of rp_plain.h in its place.
#if defined(PLAIN)
#include "plain.h"
#elif !defined(OWN_ENTRY)
RP_MODULE(FLAGS, MANIFEST, good_create, good_destroy, good_handle_message);
#endif

#endif
