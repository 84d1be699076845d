// Keeps a note in a log of the module research-log, and counts what is there.

#include "research_log.h"

typedef struct keep_args {
    rp_str title;
} keep_args;

RP_RECORD(keep_args_record, keep_args, NULL, RP_STR(keep_args, title, NULL));

typedef struct kept {
    rp_str log;
    uint64_t number;
    rp_words types;
    uint64_t count;
} kept;

RP_RECORD(kept_record, kept, "What was kept.", RP_STR(kept, log, NULL), RP_UINT(kept, number, NULL),
          RP_WORDS(kept, types, research_log_add_entry_result_data_type_words, NULL), RP_UINT(kept, count, NULL));

// ANCHOR: add
static rp_status add(rp_call *call, rp_str log, rp_str title)
{
    research_log_add_entry_args args;
    research_log_add_entry_result entry;
    memset(&args, 0, sizeof args);
    args.log = log;
    args.title = title;
    args.type = RESEARCH_LOG_ADD_ENTRY_ARGS_TYPE_QUESTION;
    return research_log_add_entry(call, &args, &entry);
}
// ANCHOR_END: add

static rp_status count(rp_call *call, rp_str log, kept *out)
{
    research_log_list_entries_args args;
    research_log_list_entries_result page;
    rp_status status;
    size_t i;
    memset(&args, 0, sizeof args);
    args.log = log;
    status = research_log_list_entries(call, &args, &page);
    if (status != RP_OK) return status;
    out->count = page.count;
    out->types.items = (int *)rp_memory_take_many(call->memory, page.entries.count, sizeof(int));
    if (out->types.items == NULL) return RP_ERR_NO_MEMORY;
    for (i = 0; i < page.entries.count; i++) {
        const research_log_record_search_result_entry *entry = page.entries.items[i];
        out->types.items[out->types.count++] = (int)entry->data->type;
    }
    return RP_OK;
}

static rp_status keep(rp_call *call)
{
    const keep_args *args = call->args;
    rp_str tag = rp_str_from("kept");
    research_log_create_log_args create;
    research_log_create_log_result log;
    kept out;
    rp_status status;
    memset(&create, 0, sizeof create);
    memset(&out, 0, sizeof out);
    create.title = args->title;
    create.tags.items = &tag;
    create.tags.count = 1;
    status = research_log_create_log(call, &create, &log);
    if (status == RP_OK) status = add(call, log.id, args->title);
    if (status == RP_OK) status = count(call, log.id, &out);
    if (status != RP_OK) return status;
    out.log = log.data->title;
    out.number = log.data->number;
    return rp_answer_record(call->reply, &kept_record, &out);
}

static const rp_command commands[] = {
    RP_COMMAND("keep", "Keeps a question in a log of its own.", keep, &keep_args_record, &kept_record),
};

RP_TABLE_MODULE(RP_MANIFEST("asker", "0.1.0", "Calls another module through a client."), RP_COMMANDS(commands));
