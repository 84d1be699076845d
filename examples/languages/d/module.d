/// A module in D without its runtime: it answers every kind of message, counts them, and keeps nothing else.
module test_minimal;

import core.stdc.stdlib : calloc, free;
import rp_sdk; // rp_sdk.h and with it rp_module.h, as the compiler reads them

struct Counter
{
    ulong messages; /// handed to this instance so far
    bool initialized;
}

enum manifest = `{"name":"test-minimal-d","version":"0.1.0","protocol":"1.0",`
    ~ `"description":"The smallest module that answers everything, in D.","license":"MIT OR Apache-2.0"}`;

enum description = `{"commands":[`
    ~ `{"name":"echo","description":"Gives its arguments back",`
    ~ `"args":{"type":"object"},"returns":{"type":"object"}},`
    ~ `{"name":"fail","description":"Answers with an error",`
    ~ `"args":{"type":"object","properties":{"code":{"type":"string"},"text":{"type":"string"}}},"returns":{}},`
    ~ `{"name":"ping","description":"Answers","args":{"type":"object"},`
    ~ `"returns":{"type":"object","properties":{"reply":{"type":"string"},"messages":{"type":"integer"}},"required":["reply","messages"]}},`
    ~ `{"name":"status","description":"Tells the state of the instance","args":{"type":"object"},`
    ~ `"returns":{"type":"object","properties":{"initialized":{"type":"boolean"},"messages":{"type":"integer"}},"required":["initialized","messages"]}}`
    ~ `],"events":{}}`;

extern (C):

void* create(rp_host* host)
{
    return calloc(1, Counter.sizeof); // a module that asks the host keeps `host`
}

void destroy(void* instance)
{
    free(instance);
}

rp_status ping(Counter* self, rp_reply* reply)
{
    auto data = rp_answer_start(reply);
    rp_writer_key(&data, "reply");
    rp_writer_string(&data, "pong");
    rp_writer_key(&data, "messages");
    rp_writer_uint(&data, self.messages);
    return rp_answer_finish(&data);
}

rp_status status(Counter* self, rp_reply* reply)
{
    auto data = rp_answer_start(reply);
    rp_writer_key(&data, "initialized");
    rp_writer_bool(&data, self.initialized);
    rp_writer_key(&data, "messages");
    rp_writer_uint(&data, self.messages);
    return rp_answer_finish(&data);
}

rp_status fail(rp_json args, rp_reply* reply)
{
    auto code = rp_json_get(args, "code");
    auto text = rp_json_get(args, "text");
    if (!rp_json_is(code, RP_JSON_STRING)) code = rp_json_literal(`"internal"`);
    if (!rp_json_is(text, RP_JSON_STRING)) text = rp_json_literal(`"failed as asked"`);
    return rp_answer_error_values(reply, code, text, rp_json_literal(""));
}

rp_status command(Counter* self, rp_json payload, rp_reply* reply)
{
    rp_json name, args;
    const opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "echo")) return rp_answer_json(reply, args);
    if (rp_json_equals(name, "fail")) return fail(args, reply);
    if (rp_json_equals(name, "ping")) return ping(self, reply);
    if (rp_json_equals(name, "status")) return status(self, reply);
    return rp_answer_error_json(reply, "unknown_command", "unknown command: ", name);
}

rp_status initialize(Counter* self, rp_reply* reply)
{
    if (self.initialized) return rp_answer_error(reply, "conflict", "already initialized");
    self.initialized = true;
    return rp_answer_empty(reply);
}

rp_status handle_message(void* instance, rp_message* message, rp_reply* reply)
{
    auto self = cast(Counter*) instance;
    rp_json payload;
    if (self !is null) self.messages++;
    const opened = rp_message_open(instance, message, reply, &payload);
    if (opened != RP_OK) return opened;
    if (rp_str_eq(message.type, "init")) return initialize(self, reply);
    if (rp_str_eq(message.type, "describe")) return rp_answer_json(reply, rp_json_literal(description));
    if (!self.initialized) return rp_answer_error(reply, "not_initialized", "the module is not initialized");
    if (rp_str_eq(message.type, "command")) return command(self, payload, reply);
    if (rp_str_eq(message.type, "event")) return rp_answer_empty(reply);
    if (rp_str_eq(message.type, "query") || rp_str_eq(message.type, "mutation"))
        return rp_answer_error(reply, "not_supported", "this module keeps no entities");
    if (rp_str_eq(message.type, "shutdown"))
    {
        self.initialized = false;
        return rp_answer_empty(reply);
    }
    return rp_answer_error_str(reply, "unknown_type", "unknown message type: ", message.type);
}

// ANCHOR: exports
export immutable char[manifest.length + 1] rp_manifest = manifest ~ '\0';

immutable rp_module table = {
    struct_size: rp_module.sizeof, flags: 0, manifest: rp_manifest.ptr,
    create: &create, destroy: &destroy, handle_message: &handle_message,
};

export immutable(rp_module)* rp_module_v1()
{
    return &table;
}
// ANCHOR_END: exports
