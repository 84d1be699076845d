// record_search.
#ifndef RESEARCH_LOG_SEARCHES_H
#define RESEARCH_LOG_SEARCHES_H

#include "args.h"

// The search comes first, so that what is the offset of a member of it is the offset in the arguments, too.
typedef struct record_search_args {
    struct search search;
    rp_str title;
    rp_str notes;
    rp_strs tags;
    rp_str researcher;
    rp_json metadata;
    rp_str log;
} record_search_args;

RP_RECORD(record_search_record, record_search_args, NULL,
          RP_STR(struct search, repository, "The archive, library or site."),
          RP_OPT_STR(struct search, collection, "The record group, film or database."),
          RP_STRS(struct search, terms, "What was looked for, at least one."),
          RP_OPT_STRS(struct search, variants, "Other spellings that were tried."),
          RP_OPT_OBJECT(struct search, filters, "How the search was narrowed."),
          RP_OPT_SUB(struct search, period, period_record, NULL), RP_OPT_STR(struct search, place, NULL),
          RP_WORD(struct search, result, search_results, NULL),
          RP_OPT_LIST(struct search, documents, document_record,
                      "What was found, each with its citation; at least one for found and partial, none otherwise."),
          RP_OPT_STRS(struct search, negative_findings,
                      "What was not there, in a sentence each; for none one is written if none is given."),
          RP_OPT_STR(record_search_args, title, "Made of terms, collection and repository unless given."),
          RP_OPT_STR(record_search_args, notes, NULL), RP_OPT_STRS(record_search_args, tags, NULL),
          RP_OPT_STR(record_search_args, researcher, NULL), RP_OPT_OBJECT(record_search_args, metadata, NULL),
          RP_OPT_STR(record_search_args, log, ABOUT_LOG));

typedef struct recorded {
    const rp_entity *entry;
    rp_strs same_as;
} recorded;

RP_RECORD(recorded_record, recorded, "What `record_search` answers.", RP_SUB(recorded, entry, entry_entity, NULL),
          RP_STRS(recorded, same_as, "Ids of earlier entries of the log that record the same search."));

rp_status record_search(rp_call *call);

#endif
