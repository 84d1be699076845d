// analyze_activity: how much was done, and what is still open.
#ifndef RESEARCH_LOG_ACTIVITY_H
#define RESEARCH_LOG_ACTIVITY_H

#include "args.h"

typedef struct analyze_args {
    rp_str log;
    rp_int since_us;
    rp_int until_us;
} analyze_args;

RP_RECORD(analyze_record, analyze_args, NULL, RP_OPT_STR(analyze_args, log, ABOUT_LOG),
          RP_OPT_INT(analyze_args, since_us,
                     "Counts entries made at this time or later: UTC, microseconds since 1970."),
          RP_OPT_INT(analyze_args, until_us, "Counts entries made before this time."));

// How often something occurs.
typedef struct occurrence {
    rp_str name;
    uint64_t count;
} occurrence;

RP_RECORD(occurrence_record, occurrence, "How often something occurs.", RP_STR(occurrence, name, NULL),
          RP_UINT(occurrence, count, NULL));

// How many there are of each kind, by its word.
typedef struct type_counts {
    uint64_t note, observation, question, hypothesis, conclusion, task, progress, search;
} type_counts;

RP_RECORD(type_counts_record, type_counts, "How many there are of each kind.", RP_UINT(type_counts, note, NULL),
          RP_UINT(type_counts, observation, NULL), RP_UINT(type_counts, question, NULL),
          RP_UINT(type_counts, hypothesis, NULL), RP_UINT(type_counts, conclusion, NULL),
          RP_UINT(type_counts, task, NULL), RP_UINT(type_counts, progress, NULL), RP_UINT(type_counts, search, NULL));

typedef struct result_counts {
    uint64_t found, partial, none, access_denied;
} result_counts;

RP_RECORD(result_counts_record, result_counts, "How many there are of each kind.", RP_UINT(result_counts, found, NULL),
          RP_UINT(result_counts, partial, NULL), RP_UINT(result_counts, none, NULL),
          RP_UINT(result_counts, access_denied, NULL));

// The searches among the entries.
struct searches {
    uint64_t count;
    rp_list by_repository; // of occurrence
    result_counts *by_result;
    uint64_t documents;
    uint64_t negative_findings;
};

RP_RECORD(searches_record, struct searches, "The searches among the entries.", RP_UINT(struct searches, count, NULL),
          RP_LIST(struct searches, by_repository, occurrence_record, NULL),
          RP_SUB(struct searches, by_result, result_counts_record, NULL), RP_UINT(struct searches, documents, NULL),
          RP_UINT(struct searches, negative_findings, NULL));

// An entry that waits for another.
typedef struct open_entry {
    rp_str entry;
    uint64_t number;
    rp_str title;
} open_entry;

RP_RECORD(open_record, open_entry, "An entry that waits for another.", RP_STR(open_entry, entry, NULL),
          RP_UINT(open_entry, number, NULL), RP_STR(open_entry, title, NULL));

struct activity {
    rp_str log;
    uint64_t entries;
    type_counts *by_type;
    rp_list by_tag; // of occurrence
    rp_list by_researcher;
    rp_list by_day;
    struct searches *searches;
    rp_list open_questions; // of open_entry
    rp_list open_tasks;
    rp_list hypotheses_without_conclusion;
    rp_list unresolved_conflicts;
};

RP_RECORD(activity_record, struct activity, "What `analyze_activity` answers.", RP_STR(struct activity, log, NULL),
          RP_UINT(struct activity, entries, NULL), RP_SUB(struct activity, by_type, type_counts_record, NULL),
          RP_LIST(struct activity, by_tag, occurrence_record, NULL),
          RP_LIST(struct activity, by_researcher, occurrence_record, NULL),
          RP_LIST(struct activity, by_day, occurrence_record, NULL),
          RP_SUB(struct activity, searches, searches_record, NULL),
          RP_LIST(struct activity, open_questions, open_record, "Questions that no entry resolves."),
          RP_LIST(struct activity, open_tasks, open_record, "Tasks that no entry resolves."),
          RP_LIST(struct activity, hypotheses_without_conclusion, open_record,
                  "Hypotheses that no conclusion resolves."),
          RP_LIST(struct activity, unresolved_conflicts, open_record,
                  "Entries that contradict others, and that no conclusion resolves."));

rp_status analyze_activity(rp_call *call);

#endif
