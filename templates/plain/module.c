// @name@, a module for rp in the plain profile; rp_sdk.h reads and writes the JSON. The command `greet` is an example: put
// your own in its place.
#include "rp_plain.h"
#include "rp_sdk.h"

typedef struct {
    uint64_t greeted; // so far
    bool initialized;
} @stem@_state;

static const char manifest[] =
    "{\"name\":\"@name@\",\"version\":\"0.1.0\",\"protocol\":\"1.0\","
    "\"description\":\"@description@\",\"license\":\"MIT\"}";

static const char description[] =
    "{\"commands\":[{\"name\":\"greet\",\"description\":\"Greets somebody.\","
    "\"args\":{\"type\":\"object\",\"properties\":{\"name\":{\"type\":\"string\"}},\"required\":[\"name\"]},"
    "\"returns\":{\"type\":\"object\",\"properties\":{\"hello\":{\"type\":\"string\"},"
    "\"greeted\":{\"type\":\"integer\",\"description\":\"How many were greeted so far.\"}},"
    "\"required\":[\"hello\",\"greeted\"]}}],\"events\":{}}";

void *create_module(void)
{
    return calloc(1, sizeof(@stem@_state));
}

void destroy_module(void *module)
{
    free(module);
}

void free_string(char *string)
{
    free(string);
}

char *get_module_metadata(void)
{
    char *copy = malloc(sizeof manifest);
    return copy == NULL ? NULL : memcpy(copy, manifest, sizeof manifest);
}

static rp_status greet(@stem@_state *self, rp_json args, rp_reply *reply)
{
    rp_json name = rp_json_get(args, "name");
    rp_writer data;
    if (!rp_json_is(name, RP_JSON_STRING)) return rp_answer_error(reply, RP_CODE_INVALID_PAYLOAD, "name: expected a string");
    self->greeted++;
    data = rp_answer_start(reply);
    rp_writer_key(&data, "hello");
    rp_writer_json(&data, name);
    rp_writer_key(&data, "greeted");
    rp_writer_uint(&data, self->greeted);
    return rp_answer_finish(&data);
}

static rp_status command(@stem@_state *self, rp_json payload, rp_reply *reply)
{
    rp_json name, args;
    rp_status opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "greet")) return greet(self, args, reply);
    return rp_answer_error_json(reply, RP_CODE_UNKNOWN_COMMAND, "unknown command: ", name);
}

static rp_status init(@stem@_state *self, rp_reply *reply)
{
    if (self->initialized) return rp_answer_error(reply, RP_CODE_CONFLICT, "already initialized");
    self->initialized = true;
    return rp_answer_empty(reply);
}

static rp_status answer(@stem@_state *self, const rp_message *message, rp_reply *reply)
{
    rp_json payload;
    rp_status opened = rp_message_open(self, message, reply, &payload);
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

// The response is the reply's own memory, with a NUL behind it: free_string frees it. NULL when memory runs out.
char *handle_message(void *module, const char *message_type, const char *payload)
{
    rp_reply reply = rp_reply_create();
    rp_message message;
    rp_status answered;
    if (module == NULL || message_type == NULL || payload == NULL) return NULL;
    message = rp_message_make(message_type, rp_str_from(payload));
    answered = answer(module, &message, &reply);
    if (RP_HAS_RESPONSE(answered) && rp_reply_write(&reply, "", 1) == RP_OK) return reply.data;
    rp_reply_destroy(&reply);
    return NULL;
}
