/// @name@, a module for rp. The command `greet` is an example: put your own in its place.
module @stem@;

import core.stdc.stdlib : calloc, free;
import rp_sdk; // rp_sdk.h and with it rp_module.h, as the compiler reads them

/// One instance of the module, and what it keeps; it begins with zeros.
struct State
{
    ulong greeted;
    bool initialized;
}

enum manifest = `{"name":"@name@","version":"0.1.0","protocol":"1.0",`
    ~ `"description":"@description@","license":"MIT"}`;

enum description = `{"commands":[{"name":"greet","description":"Greets somebody.",`
    ~ `"args":{"type":"object","properties":{"name":{"type":"string"}},"required":["name"]},`
    ~ `"returns":{"type":"object","properties":{"hello":{"type":"string"},`
    ~ `"greeted":{"type":"integer","description":"How many were greeted so far."}},`
    ~ `"required":["hello","greeted"]}}],"events":{}}`;

extern (C):

void* create(rp_host* host)
{
    return calloc(1, State.sizeof); // a module that asks the host keeps `host`
}

void destroy(void* instance)
{
    free(instance);
}

rp_status greet(State* self, rp_json args, rp_reply* reply)
{
    auto name = rp_json_get(args, "name");
    if (!rp_json_is(name, RP_JSON_STRING))
        return rp_answer_error(reply, "invalid_payload", "name: expected a string");
    self.greeted++;
    auto data = rp_answer_start(reply);
    rp_writer_key(&data, "hello");
    rp_writer_json(&data, name);
    rp_writer_key(&data, "greeted");
    rp_writer_uint(&data, self.greeted);
    return rp_answer_finish(&data);
}

rp_status command(State* self, rp_json payload, rp_reply* reply)
{
    rp_json name, args;
    const opened = rp_command_open(payload, reply, &name, &args);
    if (opened != RP_OK) return opened;
    if (rp_json_equals(name, "greet")) return greet(self, args, reply);
    return rp_answer_error_json(reply, "unknown_command", "unknown command: ", name);
}

rp_status initialize(State* self, rp_reply* reply)
{
    if (self.initialized) return rp_answer_error(reply, "conflict", "already initialized");
    self.initialized = true;
    return rp_answer_empty(reply);
}

rp_status handle_message(void* instance, rp_message* message, rp_reply* reply)
{
    auto self = cast(State*) instance;
    rp_json payload;
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

export immutable char[manifest.length + 1] rp_manifest = manifest ~ '\0';

immutable rp_module table = {
    struct_size: rp_module.sizeof, flags: 0, manifest: rp_manifest.ptr,
    create: &create, destroy: &destroy, handle_message: &handle_message,
};

export immutable(rp_module)* rp_module_v1()
{
    return &table;
}
