// The tables that make a module.

#ifndef RP_SDK_TABLES_H
#define RP_SDK_TABLES_H

#include "record.h"
#include "request.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef rp_status (*rp_run)(rp_call *call);

// A command; made by RP_COMMAND and RP_COMMAND_TEXT.
typedef struct rp_command {
    const char *name;
    const char *about;
    rp_run run;
    const rp_record *args;    // read into call->args; NULL: the function reads call->json itself
    const rp_record *returns; // for `describe`; NULL: anything
    const char *args_schema;  // JSON Schema in place of a record, or NULL
    const char *returns_schema;
} rp_command;

#define RP_COMMAND(name, about, run, args, returns) \
    {                                               \
        name, about, run, args, returns, NULL, NULL \
    }
#define RP_COMMAND_TEXT(name, about, run, args_schema, returns_schema) \
    {                                                                  \
        name, about, run, NULL, NULL, args_schema, returns_schema      \
    }

// An event that the module emits, with rp_call_emit. RP_EMITS of the manifest must request it.
typedef struct rp_event {
    const char *name;
    const rp_record *data;
} rp_event;

// An event that the module subscribes to, or all whose names begin alike: "place.*". The first listener that an event
// fits gets it; call->event is its name. RP_SUBSCRIBES of the manifest must request it.
typedef struct rp_listener {
    const char *name;
    rp_run run;
    const rp_record *data; // read into call->args, or NULL
} rp_listener;

// A kind of entity that the module provides.
typedef struct rp_provider {
    const char *entity;
    rp_run query;    // call->args is an rp_query
    rp_run mutation; // call->args is an rp_mutation
} rp_provider;

// All tables of a module; what is left out is zero. RP_TABLE_MODULE takes these as its arguments.
typedef struct rp_tables {
    size_t state_size;
    const rp_command *commands;
    size_t command_count;
    const rp_event *events;
    size_t event_count;
    const rp_listener *listeners;
    size_t listener_count;
    const rp_provider *providers;
    size_t provider_count;
    const rp_record *config;     // read into call->args of `init`
    rp_run init;                 // an error makes the instance unusable
    rp_run shutdown;             // saves what must not be lost
    rp_run other;                // message types outside the protocol; call->args is the type, an rp_str
    void (*release)(void *self); // frees what the state holds, after shutdown or a failed init
} rp_tables;

#define RP_SDK_TABLE(items, count, table) .items = (table), .count = sizeof(table) / sizeof(table)[0]
#define RP_STATE(type) .state_size = sizeof(type)
#define RP_COMMANDS(table) RP_SDK_TABLE(commands, command_count, table)
#define RP_EVENTS(table) RP_SDK_TABLE(events, event_count, table)
#define RP_LISTENERS(table) RP_SDK_TABLE(listeners, listener_count, table)
#define RP_PROVIDERS(table) RP_SDK_TABLE(providers, provider_count, table)

#ifdef __cplusplus
}
#endif

#endif
