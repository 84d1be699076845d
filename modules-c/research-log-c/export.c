#include "export.h"

typedef struct json_document {
    const rp_entity *log;
    rp_list entries; // of rp_entity
} json_document;

RP_RECORD(json_document_record, json_document, NULL, RP_SUB(json_document, log, log_entity, NULL),
          RP_LIST(json_document, entries, entry_entity, NULL));

static rp_status write_json(const rp_call *call, const rp_entity *log, rp_str *out)
{
    rp_reply written = rp_reply_in(call->memory);
    rp_writer writer = rp_writer_start(&written);
    json_document document = {.log = log};
    entries_walk walk = entries_start(call->self, log->id);
    while (entries_next(&walk)) {
        if (!rp_list_add(call->memory, &document.entries, walk.entity)) return RP_ERR_NO_MEMORY;
    }
    rp_writer_record(&writer, &json_document_record, &document);
    if (rp_writer_finish(&writer) != RP_JSON_OK) return RP_ERR_NO_MEMORY;
    *out = rp_reply_text(&written);
    return RP_OK;
}

rp_status export_log(rp_call *call)
{
    const export_args *args = call->args;
    const rp_entity *log;
    exported answer = {.format = args->format};
    rp_text text = rp_text_start(call->memory);
    rp_status status = state_find_log(call, args->log, &log);
    if (status != RP_OK) return status;
    if (args->format == MARKDOWN) add_markdown(&text, call->memory, call->self, log);
    if (args->format == CSV) add_csv(&text, call->memory, call->self, log);
    if (args->format == JSON) status = write_json(call, log, &answer.content);
    else if (!rp_text_finish(&text, &answer.content)) status = RP_ERR_NO_MEMORY;
    return status == RP_OK ? rp_answer_record(call->reply, &exported_record, &answer) : status;
}
