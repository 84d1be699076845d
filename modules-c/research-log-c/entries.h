// add_entry, and what every entry has.
#ifndef RESEARCH_LOG_ENTRIES_H
#define RESEARCH_LOG_ENTRIES_H

#include "args.h"
#include "state.h"

typedef struct add_entry_args {
    int type;
    rp_str title;
    rp_str content;
    rp_strs tags;
    rp_strs references;
    rp_strs resolves;
    rp_strs contradicts;
    rp_str researcher;
    rp_json metadata;
    rp_str log;
} add_entry_args;

RP_RECORD(add_entry_record, add_entry_args, NULL,
          RP_WORD(add_entry_args, type, entry_types, "Any but search; that is what record_search is for."),
          RP_STR(add_entry_args, title, NULL), RP_OPT_STR(add_entry_args, content, NULL),
          RP_OPT_STRS(add_entry_args, tags, NULL),
          RP_OPT_STRS(add_entry_args, references, "Citations, addresses, whatever leads to the source."),
          RP_OPT_STRS(add_entry_args, resolves,
                      "Ids of entries of the log that this one settles: the question answered, the task done, the "
                      "conflict explained."),
          RP_OPT_STRS(add_entry_args, contradicts, "Ids of entries of the log that this one speaks against."),
          RP_OPT_STR(add_entry_args, researcher, NULL), RP_OPT_OBJECT(add_entry_args, metadata, NULL),
          RP_OPT_STR(add_entry_args, log, ABOUT_LOG));

rp_status add_entry(rp_call *call);

// An entry with what follows from log and session: who writes is the one that is named, else the session's, else the log's.
struct entry entry_start(const struct state *self, const rp_entity *log, int type, rp_str title, rp_str researcher);

// Adds it, and tells so.
rp_status entry_add(const rp_call *call, struct entry *document, const rp_entity **out_entry);

#endif
