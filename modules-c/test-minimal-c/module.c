// A module in C that answers every kind of message and counts them.
#include <stdlib.h>

#include "rp_sdk.h"

typedef struct counter {
    uint64_t messages; // received by this instance so far
    bool initialized;
} counter;

static const char description[] =
    "{\"commands\":["
    "{\"name\":\"echo\",\"description\":\"Gives its arguments back\","
    "\"args\":{\"type\":\"object\"},"
    "\"returns\":{\"type\":\"object\"}},"
    "{\"name\":\"fail\",\"description\":\"Answers with an error\","
    "\"args\":{\"type\":\"object\",\"properties\":{\"code\":{\"type\":\"string\"},\"text\":{\"type\":\"string\"}}},"
    "\"returns\":{}},"
    "{\"name\":\"ping\",\"description\":\"Answers\","
    "\"args\":{\"type\":\"object\"},"
    "\"returns\":{\"type\":\"object\",\"properties\":{\"reply\":{\"type\":\"string\"},\"messages\":{\"type\":\"integer\"}},\"required\":[\"reply\",\"messages\"]}},"
    "{\"name\":\"status\",\"description\":\"Tells the state of the instance\","
    "\"args\":{\"type\":\"object\"},"
    "\"returns\":{\"type\":\"object\",\"properties\":{\"initialized\":{\"type\":\"boolean\"},\"messages\":{\"type\":\"integer\"}},\"required\":[\"initialized\",\"messages\"]}}"
    "],\"events\":{}}";

static void *create(const rp_host *host)
{
    (void)host; // a module that calls the host keeps this pointer
    return calloc(1, sizeof(counter));
}

static void destroy(void *instance)
{
    free(instance);
}

static rp_status ping(const counter *self, rp_reply *reply)
{
    rp_writer data = rp_answer_start(reply);
    rp_writer_key(&data, "reply");
    rp_writer_string(&data, "pong");
    rp_writer_key(&data, "messages");
    rp_writer_uint(&data, self->messages);
    return rp_answer_finish(&data);
}

static rp_status status(const counter *self, rp_reply *reply)
{
    rp_writer data = rp_answer_start(reply);
    rp_writer_key(&data, "initialized");
    rp_writer_bool(&data, self->initialized);
    rp_writer_key(&data, "messages");
    rp_writer_uint(&data, self->messages);
    return rp_answer_finish(&data);
}

static rp_status fail(rp_json args, rp_reply *reply)
{
    rp_json code = rp_json_get(args, "code");
    rp_json text = rp_json_get(args, "text");
    if (!rp_json_is(code, RP_JSON_STRING)) code = rp_json_literal("\"internal\"");
    if (!rp_json_is(text, RP_JSON_STRING)) text = rp_json_literal("\"failed as asked\"");
    return rp_answer_error_values(reply, code, text, rp_json_literal(""));
}

static rp_status command(const counter *self, rp_json payload, rp_reply *reply)
{
    rp_json name, args;
    rp_status opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "echo")) return rp_answer_json(reply, args);
    if (rp_json_equals(name, "fail")) return fail(args, reply);
    if (rp_json_equals(name, "ping")) return ping(self, reply);
    if (rp_json_equals(name, "status")) return status(self, reply);
    return rp_answer_error_json(reply, RP_CODE_UNKNOWN_COMMAND, "unknown command: ", name);
}

static rp_status init(counter *self, rp_reply *reply)
{
    if (self->initialized) return rp_answer_error(reply, RP_CODE_CONFLICT, "already initialized");
    self->initialized = true;
    return rp_answer_empty(reply);
}

static rp_status handle_message(void *instance, const rp_message *message, rp_reply *reply)
{
    counter *self = instance;
    rp_json payload;
    rp_status opened;
    if (self != NULL) self->messages++;
    // Answers with an error if an argument is NULL, a flag is unknown or the payload is not one object.
    opened = rp_message_open(self, message, reply, &payload);
    if (opened != RP_OK) return opened;
    if (rp_str_eq(message->type, "init")) return init(self, reply);
    if (rp_str_eq(message->type, "describe")) return rp_answer_json(reply, rp_json_literal(description));
    if (!self->initialized) return rp_answer_error(reply, RP_CODE_NOT_INITIALIZED, "the module is not initialized");
    if (rp_str_eq(message->type, "command")) return command(self, payload, reply);
    if (rp_str_eq(message->type, "event")) return rp_answer_empty(reply);
    if (rp_str_eq(message->type, "query") || rp_str_eq(message->type, "mutation")) {
        return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "this module keeps no entities");
    }
    if (rp_str_eq(message->type, "shutdown")) {
        self->initialized = false;
        return rp_answer_empty(reply);
    }
    return rp_answer_error_str(reply, RP_CODE_UNKNOWN_TYPE, "unknown message type: ", message->type);
}

RP_MODULE(0,
          "{\"name\":\"test-minimal-c\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
          "\"description\":\"The smallest module that answers everything, in C.\",\"license\":\"MIT OR Apache-2.0\"}",
          create, destroy, handle_message);
