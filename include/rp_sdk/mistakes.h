// Finds mistakes in tables: a module that does nothing, a function that no message reaches. Such tables make no instance.

#ifndef RP_SDK_MISTAKES_H
#define RP_SDK_MISTAKES_H

#include "tables.h"

#ifdef __cplusplus
extern "C" {
#endif

// A mistake, and the name that it is about.
typedef struct rp_sdk_mistake {
    const char *text; // NULL: nothing
    const char *name;
} rp_sdk_mistake;

static inline rp_sdk_mistake rp_sdk_mistake_of(const char *text, const char *name)
{
    rp_sdk_mistake mistake;
    mistake.text = text;
    mistake.name = name;
    return mistake;
}

// The name of a row; it is the first member in each kind of table.
static inline const char *rp_sdk_name_at(const void *table, size_t row_size, size_t at)
{
    const char *name = *(const char *const *)(const void *)((const char *)table + at * row_size);
    return name == NULL ? "" : name;
}

static inline rp_sdk_mistake rp_sdk_find_name_mistake(const void *table, size_t count, size_t row_size)
{
    size_t at, before;
    for (at = 0; at < count; at++) {
        const char *name = rp_sdk_name_at(table, row_size, at);
        if (name[0] == '\0') return rp_sdk_mistake_of("a command, event, listener, provider or field has no name", "");
        for (before = 0; before < at; before++) {
            if (strcmp(name, rp_sdk_name_at(table, row_size, before)) != 0) continue;
            return rp_sdk_mistake_of("stands in its table twice, and the second is never reached", name);
        }
    }
    return rp_sdk_mistake_of(NULL, "");
}

static inline rp_sdk_mistake rp_sdk_find_record_mistake(const rp_record *record)
{
    if (record == NULL) return rp_sdk_mistake_of(NULL, "");
    if (record->count > 64) return rp_sdk_mistake_of("a record has more than 64 fields", "");
    return rp_sdk_find_name_mistake(record->fields, record->count, sizeof(rp_field));
}

// Whether an event, or each event of a pattern, fits a name or a pattern such as "place.*".
static inline bool rp_sdk_takes_event(rp_str pattern, rp_str event)
{
    if (pattern.len == 0 || pattern.data[pattern.len - 1] != '*') return rp_str_equals(pattern, event);
    return event.len + 1 >= pattern.len && memcmp(pattern.data, event.data, pattern.len - 1) == 0;
}

// Whether a list of names in the manifest has an entity.
static inline bool rp_sdk_lists(rp_json list, const char *name)
{
    rp_json_walk walk = rp_json_walk_start(list);
    while (rp_json_walk_next(&walk)) {
        if (rp_json_equals(walk.value, name)) return true;
    }
    return false;
}

// Whether a list of names and patterns in the manifest has events in common with a name or pattern.
static inline bool rp_sdk_lists_event(rp_json list, const char *name)
{
    rp_json_walk walk = rp_json_walk_start(list);
    rp_str event = rp_str_from(name), item;
    while (rp_json_walk_next(&walk)) {
        if (!rp_json_borrow_string(walk.value, &item)) continue;
        if (rp_sdk_takes_event(item, event) || rp_sdk_takes_event(event, item)) return true;
    }
    return false;
}

static inline rp_sdk_mistake rp_sdk_find_command_mistake(const rp_tables *tables)
{
    rp_sdk_mistake mistake = rp_sdk_find_name_mistake(tables->commands, tables->command_count, sizeof(rp_command));
    size_t at;
    for (at = 0; at < tables->command_count && mistake.text == NULL; at++) {
        const rp_command *command = &tables->commands[at];
        if (command->run == NULL) return rp_sdk_mistake_of("is a command without a function", command->name);
        if (command->about == NULL) return rp_sdk_mistake_of("is a command without a description", command->name);
        mistake = rp_sdk_find_record_mistake(command->args);
        if (mistake.text == NULL) mistake = rp_sdk_find_record_mistake(command->returns);
    }
    return mistake;
}

static inline rp_sdk_mistake rp_sdk_find_event_mistake(const rp_tables *tables, rp_json requests)
{
    rp_sdk_mistake mistake = rp_sdk_find_name_mistake(tables->events, tables->event_count, sizeof(rp_event));
    size_t at;
    for (at = 0; at < tables->event_count && mistake.text == NULL; at++) {
        const char *name = tables->events[at].name;
        if (!rp_sdk_lists_event(rp_json_get(requests, "emit"), name))
            return rp_sdk_mistake_of("is emitted, but RP_EMITS of the manifest's requests lacks it", name);
        mistake = rp_sdk_find_record_mistake(tables->events[at].data);
    }
    return mistake;
}

// Whether a listener before this one takes all of its events.
static inline bool rp_sdk_is_never_called(const rp_tables *tables, size_t at)
{
    rp_str name = rp_str_from(tables->listeners[at].name);
    size_t before;
    for (before = 0; before < at; before++) {
        if (rp_sdk_takes_event(rp_str_from(tables->listeners[before].name), name)) return true;
    }
    return false;
}

static inline rp_sdk_mistake rp_sdk_find_listener_mistake(const rp_tables *tables, rp_json requests)
{
    rp_sdk_mistake mistake = rp_sdk_find_name_mistake(tables->listeners, tables->listener_count, sizeof(rp_listener));
    size_t at;
    for (at = 0; at < tables->listener_count && mistake.text == NULL; at++) {
        const rp_listener *listener = &tables->listeners[at];
        if (listener->run == NULL) return rp_sdk_mistake_of("is a listener without a function", listener->name);
        if (rp_sdk_is_never_called(tables, at))
            return rp_sdk_mistake_of("is a listener that is never called: one before it takes all of its events",
                                     listener->name);
        if (!rp_sdk_lists_event(rp_json_get(requests, "subscribe"), listener->name))
            return rp_sdk_mistake_of("is listened to, but RP_SUBSCRIBES of the manifest's requests lacks it",
                                     listener->name);
        mistake = rp_sdk_find_record_mistake(listener->data);
    }
    return mistake;
}

static inline rp_sdk_mistake rp_sdk_find_provider_mistake(const rp_tables *tables, rp_json provides)
{
    rp_sdk_mistake mistake = rp_sdk_find_name_mistake(tables->providers, tables->provider_count, sizeof(rp_provider));
    size_t at;
    for (at = 0; at < tables->provider_count && mistake.text == NULL; at++) {
        const rp_provider *provider = &tables->providers[at];
        if (provider->query == NULL && provider->mutation == NULL)
            return rp_sdk_mistake_of("is a provider without a function", provider->entity);
        if (!rp_sdk_lists(provides, provider->entity))
            return rp_sdk_mistake_of("has a provider, but RP_PROVIDES of the manifest lacks it", provider->entity);
    }
    return mistake;
}

static inline rp_sdk_mistake rp_sdk_find_mistake(const rp_tables *tables, rp_json manifest)
{
    bool answers = tables->command_count + tables->listener_count + tables->provider_count > 0 || tables->other != NULL;
    rp_sdk_mistake mistake = rp_sdk_mistake_of(NULL, "");
    if (!answers && tables->event_count == 0)
        return rp_sdk_mistake_of(
            "the module answers nothing: give RP_TABLE_MODULE RP_COMMANDS, RP_LISTENERS, RP_PROVIDERS "
            "or .other",
            "");
    mistake = rp_sdk_find_command_mistake(tables);
    if (mistake.text == NULL) mistake = rp_sdk_find_event_mistake(tables, rp_json_get(manifest, "requests"));
    if (mistake.text == NULL) mistake = rp_sdk_find_listener_mistake(tables, rp_json_get(manifest, "requests"));
    if (mistake.text == NULL) mistake = rp_sdk_find_provider_mistake(tables, rp_json_get(manifest, "provides"));
    return mistake.text == NULL ? rp_sdk_find_record_mistake(tables->config) : mistake;
}

// Looks for a mistake, and logs it.
//
// manifest  as RP_TABLE_MODULE has it; the host has already refused one that is not JSON
// returns   true if there is none
static inline bool rp_sdk_tables_fit(const rp_host *host, const rp_tables *tables, const char *manifest)
{
    rp_memory memory = {NULL};
    rp_text line = rp_text_start(&memory);
    rp_json json = rp_sdk_nothing();
    rp_sdk_mistake mistake;
    rp_str text;
    (void)rp_json_parse(rp_str_from(manifest), &json);
    mistake = rp_sdk_find_mistake(tables, json);
    if (mistake.text == NULL) return true;
    rp_text_add(&line, mistake.name);
    rp_text_add(&line, mistake.name[0] == '\0' ? "" : " ");
    rp_text_add(&line, mistake.text);
    if (rp_text_finish(&line, &text)) rp_host_log_str(host, 0, RP_LOG_ERROR, text);
    rp_memory_release(&memory);
    return false;
}

#ifdef __cplusplus
}
#endif

#endif
