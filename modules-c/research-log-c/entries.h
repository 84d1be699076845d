// add_entry, and what every entry has.
#ifndef RESEARCH_LOG_ENTRIES_H
#define RESEARCH_LOG_ENTRIES_H

#include "args.h"
#include "state.h"

// What add_entry takes: of an entry what its author says.
RP_RECORD(add_entry_record, struct entry, NULL,
          RP_WORD(struct entry, type, entry_types, "Any but search; that is what record_search is for."),
          RP_STR(struct entry, title, NULL), RP_OPT_STR(struct entry, content, NULL),
          RP_OPT_STRS(struct entry, tags, NULL),
          RP_OPT_STRS(struct entry, references, "Citations, addresses, whatever leads to the source."),
          RP_OPT_STRS(struct entry, resolves,
                      "Ids of entries of the log that this one settles: the question answered, the task done, the "
                      "conflict explained."),
          RP_OPT_STRS(struct entry, contradicts, "Ids of entries of the log that this one speaks against."),
          RP_OPT_STR(struct entry, researcher, NULL), RP_OPT_OBJECT(struct entry, metadata, NULL),
          RP_OPT_STR(struct entry, log, ABOUT_LOG));

rp_status add_entry(rp_call *call);

// An entry with what follows from log and session: who writes is the one that is named, else the session's, else the log's.
struct entry entry_start(const struct state *self, const rp_entity *log, int type, rp_str title, rp_str researcher);

// Adds it, and tells so.
rp_status entry_add(const rp_call *call, struct entry *document, const rp_entity **out_entry);

#endif
