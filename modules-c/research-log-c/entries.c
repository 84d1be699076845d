#include "entries.h"

#include "events.h"

struct entry entry_start(const struct state *self, const rp_entity *log, int type, rp_str title, rp_str researcher)
{
    const struct session *session = &self->session;
    struct entry document = {.log = log->id, .type = type, .title = title, .content = rp_str_from("")};
    document.metadata = object_or_empty(document.metadata);
    if (session->is_open) document.session = session->id;
    if (session->is_open && !rp_str_is_given(researcher)) researcher = session->researcher;
    document.researcher = rp_str_is_given(researcher) ? researcher : log_of(log)->researcher;
    return document;
}

rp_status entry_add(const rp_call *call, struct entry *document, const rp_entity **out_entry)
{
    rp_status status = state_add_entry(call, document, out_entry);
    if (status == RP_OK) {
        entry_added event = {document->log, (*out_entry)->id, document->type, document->title};
        rp_call_emit(call, "research_log.entry_added", &entry_added_record, &event);
    }
    return status;
}

static bool is_in_log(const struct state *self, rp_str log, rp_str id)
{
    const rp_entity *entity = rp_collection_get(&self->entries, id);
    return entity != NULL && rp_str_equals(entry_of(entity)->log, log);
}

// All of the ids must be those of entries of the log.
static rp_status check_known(const rp_call *call, const char *key, rp_str log, const rp_strs *ids)
{
    size_t i;
    for (i = 0; i < ids->count; i++) {
        rp_text text = rp_text_start(call->memory);
        rp_str message;
        if (is_in_log(call->self, log, ids->items[i])) continue;
        rp_text_add(&text, key);
        rp_text_add(&text, "[");
        rp_text_add_uint(&text, i);
        rp_text_add(&text, "]: the log has no entry ");
        rp_text_add_str(&text, ids->items[i]);
        if (!rp_text_finish(&text, &message)) return RP_ERR_NO_MEMORY;
        return rp_answer_error_str(call->reply, RP_CODE_NOT_FOUND, "", message);
    }
    return RP_OK;
}

static rp_status check(const rp_call *call, const struct entry *args, rp_str log)
{
    rp_status status;
    if (args->type == SEARCH) return rp_refuse_key(call->reply, "type", "a search is recorded with record_search");
    status = check_key(call, "title", args->title);
    if (status == RP_OK) status = check_known(call, "resolves", log, &args->resolves);
    if (status == RP_OK) status = check_known(call, "contradicts", log, &args->contradicts);
    return status;
}

rp_status add_entry(rp_call *call)
{
    const struct entry *args = call->args;
    struct state *self = call->self;
    const rp_entity *log, *added;
    struct entry document;
    rp_status status = state_find_log(call, args->log, &log);
    if (status == RP_OK) status = check(call, args, log->id);
    if (status != RP_OK) return status;
    document = entry_start(self, log, args->type, args->title, args->researcher);
    document.content = rp_str_or(args->content, document.content);
    document.tags = args->tags;
    document.references = args->references;
    document.resolves = args->resolves;
    document.contradicts = args->contradicts;
    document.metadata = object_or_empty(args->metadata);
    status = entry_add(call, &document, &added);
    if (status != RP_OK) return status;
    self->session.entries++;
    return rp_answer_record(call->reply, &entry_entity, added);
}
