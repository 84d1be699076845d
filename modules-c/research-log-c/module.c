// A genealogist's research log: what was asked, where it was searched, what was found and what was not, what was concluded.
// The Genealogical Proof Standard asks for all of it: a search reasonably exhaustive, complete citations, conflicts
// resolved, a conclusion in writing. modules-rust/research-log/BEHAVIOUR.md says what every language's version does.
#include "activity.h"
#include "duplicates.h"
#include "entries.h"
#include "events.h"
#include "export.h"
#include "listing.h"
#include "logs.h"
#include "searches.h"
#include "sessions.h"

static const rp_command commands[] = {
    RP_COMMAND("create_log", "Creates a log. The first one is the active one at once.", create_log, &create_log_record,
               &log_entity),
    RP_COMMAND("set_active_log", "Makes a log the active one: the one that commands mean when they name none.",
               set_active_log, &set_active_log_record, &log_entity),
    RP_COMMAND("add_entry", "Adds an entry to a log.", add_entry, &add_entry_record, &entry_entity),
    RP_COMMAND(
        "record_search",
        "Records a search, also one that found nothing: that is a finding too. Tells earlier searches of the log "
        "that were\nthe same.",
        record_search, &record_search_record, &recorded_record),
    RP_COMMAND("list_entries", "Lists the entries of a log, the oldest first unless asked otherwise.", list_entries,
               &list_entries_record, &page_record),
    RP_COMMAND("analyze_activity", "Counts what was done in a log, and tells what is still open.", analyze_activity,
               &analyze_record, &activity_record),
    RP_COMMAND("find_duplicate_searches", "Finds searches that were made more than once.", find_duplicate_searches,
               &duplicates_args_record, &groups_record),
    RP_COMMAND("export", "Writes a log as JSON, Markdown or CSV.", export_log, &export_args_record, &exported_record),
};

static const rp_event events[] = {
    {"research_log.created", &created_record},
    {"research_log.activated", &activated_record},
    {"research_log.entry_added", &entry_added_record},
    {"research_log.search_recorded", &search_recorded_record},
};

static const rp_listener listeners[] = {
    {"research_session.started", session_started, &session_started_record},
    {"research_session.ended", session_ended, &session_ended_record},
};

static rp_status query_logs(rp_call *call)
{
    const struct state *self = call->self;
    return rp_collection_query(&self->logs, call);
}

static rp_status query_entries(rp_call *call)
{
    const struct state *self = call->self;
    return rp_collection_query(&self->entries, call);
}

static rp_status refuse_change(rp_call *call)
{
    return rp_answer_error(call->reply, RP_CODE_NOT_SUPPORTED, "logs and entries are changed by commands only");
}

static const rp_provider providers[] = {
    {"research_log", query_logs, refuse_change},
    {"research_log_entry", query_entries, refuse_change},
};

RP_TABLE_MODULE(RP_MANIFEST("research-log-c", "0.1.0",
                            "A genealogist's research log in the sense of the Genealogical Proof Standard, in C.",
                            RP_LICENSE("MIT OR Apache-2.0"), RP_PROVIDES("research_log", "research_log_entry"),
                            RP_REQUESTS(RP_READS("research_log.*"), RP_WRITES("research_log.*"),
                                        RP_EMITS("research_log.created", "research_log.activated",
                                                 "research_log.entry_added", "research_log.search_recorded"),
                                        RP_SUBSCRIBES("research_session.started", "research_session.ended"))),
                RP_STATE(struct state), RP_COMMANDS(commands), RP_EVENTS(events), RP_LISTENERS(listeners),
                RP_PROVIDERS(providers), .config = &config_record, .init = state_open, .release = state_release);
