// list_entries.
#ifndef RESEARCH_LOG_LISTING_H
#define RESEARCH_LOG_LISTING_H

#include "args.h"

enum { OLDEST = 1, NEWEST };
RP_WORD_TABLE(orders, "Which entries come first.", "oldest", "newest");

typedef struct list_entries_args {
    rp_str log;
    rp_words types;
    rp_strs tags;
    rp_str researcher;
    rp_str session;
    rp_str text;
    rp_int since_us;
    rp_int until_us;
    int order;
    rp_uint limit;
    rp_uint offset;
} list_entries_args;

RP_RECORD(list_entries_record, list_entries_args, NULL, RP_OPT_STR(list_entries_args, log, ABOUT_LOG),
          RP_OPT_WORDS(list_entries_args, types, entry_types, "Entries of any of these types."),
          RP_OPT_STRS(list_entries_args, tags, "Entries that have all of these tags."),
          RP_OPT_STR(list_entries_args, researcher, NULL), RP_OPT_STR(list_entries_args, session, NULL),
          RP_OPT_STR(list_entries_args, text,
                     "Entries with this text in title or content; the case of A to Z does not matter."),
          RP_OPT_INT(list_entries_args, since_us, "Entries made at this time or later: UTC, microseconds since 1970."),
          RP_OPT_INT(list_entries_args, until_us, "Entries made before this time."),
          RP_OPT_WORD(list_entries_args, order, orders, NULL),
          RP_OPT_UINT(list_entries_args, limit, "At most so many; 100 unless given."),
          RP_OPT_UINT(list_entries_args, offset, NULL));

struct page {
    rp_list entries; // of rp_entity
    uint64_t count;
};

RP_RECORD(page_record, struct page, "The entries of a page, and how many there are on all pages.",
          RP_LIST(struct page, entries, entry_entity, NULL), RP_UINT(struct page, count, NULL));

// From the first time on, and before the second.
bool is_within(int64_t time_us, const rp_int *since_us, const rp_int *until_us);

rp_status list_entries(rp_call *call);

#endif
