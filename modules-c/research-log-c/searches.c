#include "searches.h"

#include "duplicates.h"
#include "entries.h"
#include "events.h"

static rp_status check_documents(const rp_call *call, const struct search *search)
{
    bool has_documents = search->result == FOUND || search->result == PARTIAL;
    rp_path list = rp_path_key(NULL, "documents");
    rp_str result = rp_str_from(rp_word(&search_results, search->result));
    rp_status status = RP_OK;
    size_t i;
    if (has_documents && search->documents.count == 0) {
        return rp_refuse_str(call->reply, &list, "expected at least one, for the result is ", result);
    }
    if (!has_documents && search->documents.count > 0) {
        return rp_refuse_str(call->reply, &list, "expected none, for the result is ", result);
    }
    for (i = 0; i < search->documents.count && status == RP_OK; i++) {
        const struct document *found = search->documents.items[i];
        rp_path place = rp_path_index(&list, i);
        rp_path title = rp_path_key(&place, "title"), citation = rp_path_key(&place, "citation");
        status = check_text(call, &title, found->title);
        if (status == RP_OK) status = check_text(call, &citation, found->citation);
    }
    return status;
}

// Checks what the types do not: the Genealogical Proof Standard wants citations, and negative findings kept apart.
static rp_status check(const rp_call *call, const record_search_args *args)
{
    const struct search *search = &args->search;
    rp_status status = check_key(call, "repository", search->repository);
    if (status != RP_OK) return status;
    if (search->terms.count == 0) return rp_refuse_key(call->reply, "terms", "expected at least one");
    status = check_texts(call, "terms", &search->terms);
    if (status == RP_OK) status = check_documents(call, search);
    if (status == RP_OK) status = check_texts(call, "negative_findings", &search->negative_findings);
    if (status == RP_OK && rp_str_is_given(args->title)) status = check_key(call, "title", args->title);
    return status;
}

// `John Ryan, Ryan in Parish registers, Cork City Archives`.
static bool write_what(const rp_call *call, const struct search *search, const char *before, rp_str *out)
{
    rp_text text = rp_text_start(call->memory);
    size_t i;
    rp_text_add(&text, before);
    for (i = 0; i < search->terms.count; i++) {
        rp_text_add(&text, i == 0 ? "" : ", ");
        rp_text_add_str(&text, search->terms.items[i]);
    }
    rp_text_add(&text, " in ");
    if (rp_str_is_given(search->collection)) rp_text_add_str(&text, search->collection);
    if (rp_str_is_given(search->collection)) rp_text_add(&text, ", ");
    rp_text_add_str(&text, search->repository);
    return rp_text_finish(&text, out);
}

// The search as it is kept: one that found nothing says so in a sentence.
static rp_status complete(const rp_call *call, struct search *search)
{
    rp_str finding;
    search->filters = object_or_empty(search->filters);
    if (search->result != NONE || search->negative_findings.count > 0) return RP_OK;
    if (!write_what(call, search, "Not found: ", &finding)) return RP_ERR_NO_MEMORY;
    return rp_strs_add(call->memory, &search->negative_findings, finding) ? RP_OK : RP_ERR_NO_MEMORY;
}

static rp_status find_earlier(const rp_call *call, rp_str log, const struct search *search, rp_strs *out_ids)
{
    entries_walk walk = entries_start(call->self, log);
    search_key key, other;
    if (!search_key_make(call->memory, search, &key)) return RP_ERR_NO_MEMORY;
    while (entries_next(&walk)) {
        if (walk.entry->search == NULL) continue;
        if (!search_key_make(call->memory, walk.entry->search, &other)) return RP_ERR_NO_MEMORY;
        if (search_key_equals(&key, &other) && !rp_strs_add(call->memory, out_ids, walk.entity->id)) {
            return RP_ERR_NO_MEMORY;
        }
    }
    return RP_OK;
}

static rp_status add_search(rp_call *call, struct entry *document, recorded *out)
{
    const struct search *search = document->search;
    rp_status status = find_earlier(call, document->log, search, &out->same_as);
    if (status == RP_OK) status = state_add_entry(call, document, &out->entry);
    if (status == RP_OK) {
        search_recorded event = {document->log, out->entry->id, search->repository, search->result};
        rp_call_emit(call, "research_log.search_recorded", &search_recorded_record, &event);
    }
    return status;
}

rp_status record_search(rp_call *call)
{
    const record_search_args *args = call->args;
    struct state *self = call->self;
    const rp_entity *log;
    recorded answer = {.entry = NULL};
    struct search search = args->search;
    struct entry document;
    rp_str title = args->title;
    rp_status status = state_find_log(call, args->log, &log);
    if (status == RP_OK) status = check(call, args);
    if (status == RP_OK) status = complete(call, &search);
    if (status != RP_OK) return status;
    if (!rp_str_is_given(title) && !write_what(call, &search, "", &title)) return RP_ERR_NO_MEMORY;
    document = entry_start(self, log, SEARCH, title, args->researcher);
    document.content = rp_str_or(args->notes, document.content);
    document.tags = args->tags;
    document.metadata = object_or_empty(args->metadata);
    document.search = &search;
    status = add_search(call, &document, &answer);
    if (status != RP_OK) return status;
    self->session.searches++;
    return rp_answer_record(call->reply, &recorded_record, &answer);
}
