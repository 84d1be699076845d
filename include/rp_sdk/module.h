// A module made of tables: its commands and their arguments, the events that it emits and subscribes to, the entities that
// it provides. Messages are checked, read and passed to the functions in the tables; `describe` is answered from them.
//
// A function in a table returns what it answered: rp_answer_..., RP_ERR_NO_MEMORY, RP_ERR_CANCELLED. If it returns RP_OK and
// wrote nothing, the answer is {}.

#ifndef RP_SDK_MODULE_H
#define RP_SDK_MODULE_H

#include "manifest.h"
#include "mistakes.h"
#include "query.h"
#include "record_read.h"
#include "request.h"

#ifdef __cplusplus
extern "C" {
#endif

// Defines the module: its exports, and an instance with a zeroed state. It answers one message at a time.
// Tables with a mistake, such as two commands of one name, make no instance: the log says what is wrong.
// After the manifest, RP_MANIFEST, come RP_STATE, RP_COMMANDS, .init = f and the rest of rp_tables. C99 only, since C++ before 2020
// cannot name members: use rp_sdk.hpp there.
#define RP_TABLE_MODULE(manifest, ...)                                        \
    static const rp_tables rp_sdk_tables_ = {__VA_ARGS__};                    \
    static void *rp_sdk_create_(const rp_host *host)                          \
    {                                                                         \
        if (!rp_sdk_tables_fit(host, &rp_sdk_tables_, manifest)) return NULL; \
        return rp_instance_create(host, &rp_sdk_tables_);                     \
    }                                                                         \
    RP_MODULE(0, manifest, rp_sdk_create_, rp_instance_destroy, rp_instance_answer)

// What comes before the state. Private.
typedef struct rp_instance {
    const rp_tables *tables;
    const rp_host *host;
    rp_memory memory; // of the current message
    bool is_initialized;
} rp_instance;

static inline void *rp_sdk_state(rp_instance *instance)
{
    return (char *)instance + rp_sdk_aligned_size(sizeof *instance);
}

// Makes and ends an instance and passes it messages, for RP_TABLE_MODULE.
static inline void *rp_instance_create(const rp_host *host, const rp_tables *tables)
{
    rp_instance *instance = (rp_instance *)calloc(1, rp_sdk_aligned_size(sizeof *instance) + tables->state_size);
    if (instance == NULL) return NULL;
    instance->tables = tables;
    instance->host = host;
    return instance;
}

static inline void rp_instance_destroy(void *self)
{
    rp_instance *instance = (rp_instance *)self;
    if (instance == NULL) return;
    if (instance->tables->release != NULL) instance->tables->release(rp_sdk_state(instance));
    rp_memory_release(&instance->memory);
    free(instance);
}

static inline rp_status rp_sdk_run(rp_run run, rp_call *call, rp_json json, const void *args)
{
    size_t start = call->reply->len;
    rp_status status;
    call->json = json;
    call->args = args;
    status = run(call);
    if (call->reply->len > start) return status;
    if (status == RP_OK) return rp_answer_empty(call->reply);
    if (status != RP_FAILED) return status;
    return rp_answer_error(call->reply, RP_CODE_INTERNAL, "the module said RP_FAILED and wrote no response");
}

// Reads what the record says, then runs.
static inline rp_status rp_sdk_read_and_run(rp_run run, rp_call *call, const rp_record *record, rp_json json,
                                            const rp_path *path)
{
    rp_reading reading;
    rp_status status;
    void *args;
    reading.memory = call->memory;
    reading.reply = call->reply;
    if (record == NULL) return rp_sdk_run(run, call, json, NULL);
    args = rp_memory_take(call->memory, record->size);
    if (args == NULL) return RP_ERR_NO_MEMORY;
    status = rp_record_read(&reading, record, json, path, args);
    return status == RP_OK ? rp_sdk_run(run, call, json, args) : status;
}

static inline rp_status rp_sdk_on_command(const rp_tables *tables, rp_call *call)
{
    rp_json name, args;
    rp_status status = rp_command_open(call->json, call->reply, &name, &args);
    size_t i;
    if (status != RP_OK) return status;
    for (i = 0; i < tables->command_count; i++) {
        const rp_command *command = &tables->commands[i];
        if (!rp_json_equals(name, command->name)) continue;
        return rp_sdk_read_and_run(command->run, call, command->args, args, NULL);
    }
    return rp_answer_error_json(call->reply, RP_CODE_UNKNOWN_COMMAND, "unknown command: ", name);
}

static inline rp_status rp_sdk_on_event(const rp_tables *tables, rp_call *call)
{
    static const char *const keys[] = {"event", "data"};
    rp_path path = rp_path_key(NULL, "data");
    rp_json values[2];
    rp_status status = rp_payload_find(call->json, call->reply, keys, values, 2);
    rp_json_result result;
    size_t i;
    if (status != RP_OK) return status;
    result = rp_json_take_string(call->memory, values[0], &call->event);
    if (result == RP_JSON_ERR_NO_MEMORY) return RP_ERR_NO_MEMORY;
    if (result != RP_JSON_OK) return rp_expected(call->reply, "event", "a string");
    if (rp_json_is(values[1], RP_JSON_NOTHING)) values[1] = rp_json_literal("{}");
    if (!rp_json_is(values[1], RP_JSON_OBJECT)) return rp_expected(call->reply, "data", "an object");
    for (i = 0; i < tables->listener_count; i++) {
        const rp_listener *listener = &tables->listeners[i];
        if (!rp_sdk_takes_event(rp_str_from(listener->name), call->event)) continue;
        return rp_sdk_read_and_run(listener->run, call, listener->data, values[1], &path);
    }
    return rp_answer_empty(call->reply);
}

static inline const rp_provider *rp_sdk_find_provider(const rp_tables *tables, rp_str entity)
{
    size_t i;
    for (i = 0; i < tables->provider_count; i++) {
        if (rp_str_eq(entity, tables->providers[i].entity)) return &tables->providers[i];
    }
    return NULL;
}

static inline rp_status rp_sdk_not_provided(const rp_tables *tables, rp_reply *reply, rp_str entity)
{
    if (tables->provider_count == 0) {
        return rp_answer_error(reply, RP_CODE_NOT_SUPPORTED, "this module keeps no entities");
    }
    return rp_answer_error_str(reply, RP_CODE_NOT_SUPPORTED, "this module does not provide ", entity);
}

static inline rp_status rp_sdk_on_query(const rp_tables *tables, rp_call *call)
{
    const rp_provider *provider;
    rp_query query;
    rp_status status = rp_query_read(call->json, call->memory, call->reply, &query);
    if (status != RP_OK) return status;
    provider = rp_sdk_find_provider(tables, query.entity);
    if (provider == NULL || provider->query == NULL) return rp_sdk_not_provided(tables, call->reply, query.entity);
    return rp_sdk_run(provider->query, call, call->json, &query);
}

static inline rp_status rp_sdk_on_mutation(const rp_tables *tables, rp_call *call)
{
    const rp_provider *provider;
    rp_mutation mutation;
    rp_status status = rp_mutation_read(call->json, call->memory, call->reply, &mutation);
    if (status != RP_OK) return status;
    provider = rp_sdk_find_provider(tables, mutation.entity);
    if (provider == NULL || provider->mutation == NULL)
        return rp_sdk_not_provided(tables, call->reply, mutation.entity);
    return rp_sdk_run(provider->mutation, call, call->json, &mutation);
}

static inline rp_status rp_sdk_on_init(rp_instance *instance, rp_call *call)
{
    const rp_tables *tables = instance->tables;
    rp_path path = rp_path_key(NULL, "config");
    rp_json config = rp_json_get(call->json, "config");
    rp_status status = RP_OK;
    if (instance->is_initialized) return rp_answer_error(call->reply, RP_CODE_CONFLICT, "already initialized");
    if (rp_json_is(config, RP_JSON_NOTHING) || rp_json_is(config, RP_JSON_NULL)) config = rp_json_literal("{}");
    if (tables->init == NULL) status = rp_answer_empty(call->reply);
    else status = rp_sdk_read_and_run(tables->init, call, tables->config, config, &path);
    instance->is_initialized = status == RP_OK;
    return status;
}

static inline rp_status rp_sdk_on_shutdown(rp_instance *instance, rp_call *call)
{
    instance->is_initialized = false;
    if (instance->tables->shutdown == NULL) return rp_answer_empty(call->reply);
    return rp_sdk_run(instance->tables->shutdown, call, call->json, NULL);
}

static inline void rp_sdk_describe_type(rp_writer *writer, const char *key, const rp_record *record, const char *schema,
                                        const char *otherwise)
{
    rp_writer_key(writer, key);
    if (record != NULL) rp_writer_schema(writer, record);
    else rp_writer_json(writer, rp_json_literal(schema != NULL ? schema : otherwise));
}

static inline void rp_sdk_describe_command(rp_writer *data, const rp_command *command)
{
    rp_writer_open_object(data);
    rp_member_string(data, "name", command->name);
    rp_member_string(data, "description", command->about);
    rp_sdk_describe_type(data, "args", command->args, command->args_schema, "{\"type\":\"object\"}");
    rp_sdk_describe_type(data, "returns", command->returns, command->returns_schema, "{}");
    rp_writer_close(data);
}

// The event whose name comes next in the order of names, or NULL.
static inline const rp_event *rp_sdk_next_event(const rp_tables *tables, const rp_event *last)
{
    const rp_event *next = NULL;
    size_t i;
    for (i = 0; i < tables->event_count; i++) {
        const rp_event *event = &tables->events[i];
        if (last != NULL && strcmp(event->name, last->name) <= 0) continue;
        if (next == NULL || strcmp(event->name, next->name) < 0) next = event;
    }
    return next;
}

static inline rp_status rp_sdk_on_describe(const rp_tables *tables, rp_reply *reply)
{
    rp_writer data = rp_answer_start(reply);
    const rp_event *event = NULL;
    size_t i;
    rp_writer_key(&data, "commands");
    rp_writer_open_array(&data);
    for (i = 0; i < tables->command_count; i++) rp_sdk_describe_command(&data, &tables->commands[i]);
    rp_writer_close(&data);
    rp_writer_key(&data, "events");
    rp_writer_open_object(&data);
    while ((event = rp_sdk_next_event(tables, event)) != NULL) {
        rp_writer_key(&data, event->name);
        rp_writer_open_object(&data);
        rp_sdk_describe_type(&data, "data", event->data, NULL, "{}");
        rp_writer_close(&data);
    }
    rp_writer_close(&data);
    return rp_answer_finish(&data);
}

static inline rp_status rp_sdk_on_message(rp_instance *instance, rp_str type, rp_call *call)
{
    const rp_tables *tables = instance->tables;
    if (rp_str_eq(type, "describe")) return rp_sdk_on_describe(tables, call->reply);
    if (rp_str_eq(type, "init")) return rp_sdk_on_init(instance, call);
    if (!instance->is_initialized) {
        return rp_answer_error(call->reply, RP_CODE_NOT_INITIALIZED, "the module is not initialized");
    }
    if (rp_str_eq(type, "command")) return rp_sdk_on_command(tables, call);
    if (rp_str_eq(type, "query")) return rp_sdk_on_query(tables, call);
    if (rp_str_eq(type, "mutation")) return rp_sdk_on_mutation(tables, call);
    if (rp_str_eq(type, "event")) return rp_sdk_on_event(tables, call);
    if (rp_str_eq(type, "shutdown")) return rp_sdk_on_shutdown(instance, call);
    if (tables->other != NULL) return rp_sdk_run(tables->other, call, call->json, &type);
    return rp_answer_error_str(call->reply, RP_CODE_UNKNOWN_TYPE, "unknown message type: ", type);
}

static inline rp_status rp_instance_answer(void *self, const rp_message *message, rp_reply *reply)
{
    rp_instance *instance = (rp_instance *)self;
    rp_call call;
    rp_status status = rp_message_open(instance, message, reply, &call.json);
    if (status != RP_OK) return status;
    call.self = rp_sdk_state(instance);
    call.host = instance->host;
    call.id = message->id;
    call.event = rp_str_from("");
    call.args = NULL;
    call.reply = reply;
    call.memory = &instance->memory;
    status = rp_sdk_on_message(instance, message->type, &call);
    rp_memory_clear(&instance->memory);
    return status;
}

#ifdef __cplusplus
}
#endif

#endif
