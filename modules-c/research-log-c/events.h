// What the module tells others.
#ifndef RESEARCH_LOG_EVENTS_H
#define RESEARCH_LOG_EVENTS_H

#include "model.h"

typedef struct created {
    rp_str log;
    uint64_t number;
    rp_str title;
} created;

RP_RECORD(created_record, created, "A log was created.", RP_STR(created, log, NULL), RP_UINT(created, number, NULL),
          RP_STR(created, title, NULL));

typedef struct activated {
    rp_str log;
} activated;

RP_RECORD(activated_record, activated, "Another log is the active one now.", RP_STR(activated, log, NULL));

typedef struct entry_added {
    rp_str log;
    rp_str entry;
    int type;
    rp_str title;
} entry_added;

RP_RECORD(entry_added_record, entry_added, "An entry was added.", RP_STR(entry_added, log, NULL),
          RP_STR(entry_added, entry, NULL), RP_WORD(entry_added, type, entry_types, NULL),
          RP_STR(entry_added, title, NULL));

typedef struct search_recorded {
    rp_str log;
    rp_str entry;
    rp_str repository;
    int result;
} search_recorded;

RP_RECORD(search_recorded_record, search_recorded, "A search was recorded.", RP_STR(search_recorded, log, NULL),
          RP_STR(search_recorded, entry, NULL), RP_STR(search_recorded, repository, NULL),
          RP_WORD(search_recorded, result, search_results, NULL));

#endif
