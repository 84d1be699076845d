// find_duplicate_searches, and what makes two searches the same.
#ifndef RESEARCH_LOG_DUPLICATES_H
#define RESEARCH_LOG_DUPLICATES_H

#include "args.h"

// Two searches are the same if their keys are: all of it with case folded and space made one.
typedef struct search_key {
    rp_str parts[5]; // repository, collection, from, to, place
    rp_strs words;   // terms and variants together, sorted, each once: Smith with the variant Smyth is Smyth with Smith
} search_key;

// False if there is no memory.
bool search_key_make(rp_memory *memory, const struct search *search, search_key *out);
bool search_key_equals(const search_key *left, const search_key *right);

typedef struct duplicates_args {
    rp_str log;
    bool all_logs;
} duplicates_args;

RP_RECORD(duplicates_args_record, duplicates_args, NULL, RP_OPT_STR(duplicates_args, log, ABOUT_LOG),
          RP_OPT_BOOL(duplicates_args, all_logs, "Compares the searches of all logs instead."));

// One search of a group.
struct made {
    rp_str entry;
    rp_str log;
    uint64_t number;
    int64_t created_us;
    int result;
};

RP_RECORD(made_record, struct made, "One search of a group.", RP_STR(struct made, entry, NULL),
          RP_STR(struct made, log, NULL), RP_UINT(struct made, number, NULL), RP_INT(struct made, created_us, NULL),
          RP_WORD(struct made, result, search_results, NULL));

struct group {
    search_key key;
    rp_str repository;
    rp_str collection;
    rp_strs terms;
    rp_list searches; // of made
};

RP_RECORD(group_record, struct group, "Searches that are the same, as the first one is written.",
          RP_STR(struct group, repository, NULL), RP_OPT_STR(struct group, collection, NULL),
          RP_STRS(struct group, terms, NULL), RP_LIST(struct group, searches, made_record, NULL));

struct groups {
    rp_list groups; // of group
    uint64_t count;
};

RP_RECORD(groups_record, struct groups, "The groups of two and more.",
          RP_LIST(struct groups, groups, group_record, NULL), RP_UINT(struct groups, count, NULL));

rp_status find_duplicate_searches(rp_call *call);

#endif
