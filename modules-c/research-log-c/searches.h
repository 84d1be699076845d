// record_search.
#ifndef RESEARCH_LOG_SEARCHES_H
#define RESEARCH_LOG_SEARCHES_H

#include "args.h"

typedef struct record_search_args {
    rp_str repository;
    rp_str collection;
    rp_strs terms;
    rp_strs variants;
    rp_json filters;
    struct period *period;
    rp_str place;
    int result;
    rp_list documents;
    rp_strs negative_findings;
    rp_str title;
    rp_str notes;
    rp_strs tags;
    rp_str researcher;
    rp_json metadata;
    rp_str log;
} record_search_args;

RP_RECORD(record_search_record, record_search_args, NULL,
          RP_STR(record_search_args, repository, "The archive, library or site."),
          RP_OPT_STR(record_search_args, collection, "The record group, film or database."),
          RP_STRS(record_search_args, terms, "What was looked for, at least one."),
          RP_OPT_STRS(record_search_args, variants, "Other spellings that were tried."),
          RP_OPT_OBJECT(record_search_args, filters, "How the search was narrowed."),
          RP_OPT_SUB(record_search_args, period, period_record, NULL), RP_OPT_STR(record_search_args, place, NULL),
          RP_WORD(record_search_args, result, search_results, NULL),
          RP_OPT_LIST(record_search_args, documents, document_record,
                      "What was found, each with its citation; at least one for found and partial, none otherwise."),
          RP_OPT_STRS(record_search_args, negative_findings,
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
