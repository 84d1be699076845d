#include "state.h"

#define LOG "research_log.log"
#define ENTRY "research_log.entry"
#define STATE "research_log.state"
#define ACTIVE "active"

// The document that remembers the active log.
struct active {
    rp_str log;
};

RP_RECORD(active_record, struct active, NULL, RP_STR(struct active, log, NULL));

const log_document *log_of(const rp_entity *entity)
{
    return entity->document;
}

const struct entry *entry_of(const rp_entity *entity)
{
    return entity->document;
}

void state_release(void *self)
{
    struct state *state = self;
    rp_collection_release(&state->logs);
    rp_collection_release(&state->entries);
    rp_memory_release(&state->memory);
    rp_memory_release(&state->session.memory);
}

static rp_status read_all(const rp_call *call, const char *entity, rp_collection *into)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer query = rp_query_start(&payload, entity);
    rp_json found;
    rp_status status;
    rp_query_sort(&query, "number");
    status = rp_call_send(call, "query", &query, &found);
    return status == RP_OK ? rp_collection_add_all(into, call, found) : status;
}

static rp_status read_active(const rp_call *call, rp_str *out_log)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer query = rp_query_start(&payload, STATE);
    rp_reading reading = {call->memory, call->reply};
    rp_json found, first;
    struct active active;
    rp_status status;
    rp_member_string(&query, "$id", ACTIVE);
    rp_query_page(&query, 1, 0);
    status = rp_call_send(call, "query", &query, &found);
    if (status != RP_OK) return status;
    *out_log = rp_str_absent();
    first = rp_json_at(rp_json_get(found, "entities"), 0);
    if (rp_json_is(first, RP_JSON_NOTHING)) return RP_OK;
    status = rp_record_read(&reading, &active_record, rp_json_get(first, "data"), NULL, &active);
    if (status == RP_OK) *out_log = active.log;
    return status;
}

// Asks for what cannot be: an answer other than that it is not there says that writing is not allowed.
static rp_status check_write(const rp_call *call, const char *entity)
{
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer mutation = rp_mutation_delete(&payload, entity, rp_str_from("none"));
    rp_response response;
    rp_status status = rp_call_ask(call, "mutation", &mutation, &response);
    if (status != RP_FAILED) return status;
    return rp_json_equals(response.code, RP_CODE_NOT_FOUND) ? RP_OK : rp_answer_response(call->reply, &response);
}

static rp_status read_store(const rp_call *call, struct state *self)
{
    rp_str active;
    rp_status status = read_active(call, &active);
    if (status == RP_OK) status = read_all(call, LOG, &self->logs);
    if (status == RP_OK) status = read_all(call, ENTRY, &self->entries);
    if (status == RP_OK) status = check_write(call, STATE);
    if (status == RP_OK) status = check_write(call, LOG);
    if (status == RP_OK) status = check_write(call, ENTRY);
    if (status != RP_OK || !rp_str_is_given(active)) return status;
    return rp_memory_copy(&self->memory, active, &self->active) ? RP_OK : RP_ERR_NO_MEMORY;
}

rp_status state_open(rp_call *call)
{
    const struct config *config = call->args;
    struct state *self = call->self;
    state_release(self); // of an init that failed
    memset(self, 0, sizeof *self);
    self->logs.record = &log_record;
    self->entries.record = &entry_record;
    self->keeper = config->state;
    return self->keeper == IN_STORE ? read_store(call, self) : RP_OK;
}

const rp_entity *state_log(const struct state *self, rp_str id)
{
    if (!rp_str_is_given(id)) id = self->active;
    return rp_str_is_given(id) ? rp_collection_get(&self->logs, id) : NULL;
}

rp_status state_find_log(const rp_call *call, rp_str id, const rp_entity **out_log)
{
    const struct state *self = call->self;
    *out_log = state_log(self, id);
    if (*out_log != NULL) return RP_OK;
    id = rp_str_or(id, self->active);
    if (rp_str_is_given(id)) return rp_answer_error_str(call->reply, RP_CODE_NOT_FOUND, "there is no log ", id);
    return rp_answer_error(call->reply, RP_CODE_CONFLICT, "there is no active log: create one, or name one in log");
}

// Asks the store to keep a document; nothing where the state is in the instance.
static rp_status keep(const rp_call *call, const char *entity, const char *operation, rp_str id,
                      const rp_record *record, const void *document)
{
    const struct state *self = call->self;
    rp_reply payload = rp_reply_in(call->memory);
    rp_writer mutation;
    rp_json changed;
    if (self->keeper == IN_INSTANCE) return RP_OK;
    mutation = rp_mutation_record(&payload, entity, operation, id, record, document);
    return rp_call_send(call, "mutation", &mutation, &changed);
}

rp_status state_activate(const rp_call *call, const rp_entity *log)
{
    struct state *self = call->self;
    const char *operation = rp_str_is_given(self->active) ? "update" : "create";
    struct active active = {log->id};
    rp_status status = keep(call, STATE, operation, rp_str_from(ACTIVE), &active_record, &active);
    if (status == RP_OK) self->active = log->id; // logs are never removed
    return status;
}

// Makes an entity, in the store first.
static rp_status add(const rp_call *call, rp_collection *collection, const char *entity, const void *document,
                     const rp_entity **out_entity)
{
    rp_entity told = {.version = 1}, *added = NULL;
    rp_status status = rp_call_new_id(call, &told.id, &told.created_us);
    told.modified_us = told.created_us;
    if (status == RP_OK) status = keep(call, entity, "create", told.id, collection->record, document);
    if (status == RP_OK) status = rp_collection_add(collection, call, &told, document, &added);
    *out_entity = added;
    return status;
}

rp_status state_add_log(const rp_call *call, const log_document *document, const rp_entity **out_log)
{
    struct state *self = call->self;
    return add(call, &self->logs, LOG, document, out_log);
}

static uint64_t last_number(const struct state *self, rp_str log)
{
    size_t at;
    for (at = self->entries.count; at > 0; at--) {
        const struct entry *last = entry_of(self->entries.items[at - 1]);
        if (rp_str_equals(last->log, log)) return last->number;
    }
    return 0;
}

rp_status state_add_entry(const rp_call *call, struct entry *document, const rp_entity **out_entry)
{
    struct state *self = call->self;
    document->number = last_number(self, document->log) + 1;
    return add(call, &self->entries, ENTRY, document, out_entry);
}

entries_walk entries_start(const struct state *self, rp_str log)
{
    entries_walk walk = {.self = self, .log = log};
    return walk;
}

bool entries_next(entries_walk *walk)
{
    while (walk->at < walk->self->entries.count) {
        walk->entity = walk->self->entries.items[walk->at++];
        walk->entry = entry_of(walk->entity);
        if (rp_str_equals(walk->entry->log, walk->log)) return true;
    }
    return false;
}
