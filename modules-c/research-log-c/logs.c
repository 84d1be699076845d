#include "logs.h"

#include "args.h"
#include "events.h"
#include "state.h"

static rp_status activate(const rp_call *call, const rp_entity *log)
{
    activated event = {log->id};
    rp_status status = state_activate(call, log);
    if (status == RP_OK) rp_call_emit(call, "research_log.activated", &activated_record, &event);
    return status;
}

rp_status create_log(rp_call *call)
{
    const struct state *self = call->self;
    const rp_entity *made;
    log_document document = *(const log_document *)call->args;
    rp_status status = check_key(call, "title", document.title);
    document.number = self->logs.count + 1;
    document.metadata = object_or_empty(document.metadata);
    if (status == RP_OK) status = state_add_log(call, &document, &made);
    if (status != RP_OK) return status;
    {
        created event = {made->id, document.number, document.title};
        rp_call_emit(call, "research_log.created", &created_record, &event);
    }
    if (!rp_str_is_given(self->active)) status = activate(call, made);
    return status == RP_OK ? rp_answer_record(call->reply, &log_entity, made) : status;
}

rp_status set_active_log(rp_call *call)
{
    const set_active_log_args *args = call->args;
    const rp_entity *log;
    rp_status status = state_find_log(call, args->log, &log);
    if (status == RP_OK) status = activate(call, log);
    return status == RP_OK ? rp_answer_record(call->reply, &log_entity, log) : status;
}
