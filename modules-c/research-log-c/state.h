// Logs and entries, in memory and, where the configuration says so, in the host's store; and the session that goes on.
#ifndef RESEARCH_LOG_STATE_H
#define RESEARCH_LOG_STATE_H

#include "model.h"

enum { IN_INSTANCE = 1, IN_STORE };
RP_WORD_TABLE(keepers, "Where the state is kept.", "instance", "store");

struct config {
    int state;
};

static const struct config config_defaults = {IN_INSTANCE};
RP_CONFIG_RECORD(config_record, struct config, config_defaults, RP_WORD(struct config, state, keepers, NULL));

// The research session that goes on.
struct session {
    bool is_open;
    rp_memory memory; // of the texts
    rp_str id;
    rp_str title;
    rp_str researcher; // or absent
    uint64_t entries;
    uint64_t searches;
};

// All that an instance knows.
struct state {
    rp_collection logs;    // of log_document
    rp_collection entries; // of entry
    rp_str active;         // id of the active log, or absent
    rp_memory memory;      // of that id, where it came from the store
    int keeper;
    struct session session;
};

// `init`.
rp_status state_open(rp_call *call);
void state_release(void *self);

// The documents of an entity.
const log_document *log_of(const rp_entity *entity);
const struct entry *entry_of(const rp_entity *entity);

// The log of an id, or the active one; NULL if there is none.
const rp_entity *state_log(const struct state *self, rp_str id);

// The same, with the error response.
rp_status state_find_log(const rp_call *call, rp_str id, const rp_entity **out_log);

rp_status state_activate(const rp_call *call, const rp_entity *log);
rp_status state_add_log(const rp_call *call, const log_document *document, const rp_entity **out_log);

// Adds an entry under the next number of its log.
rp_status state_add_entry(const rp_call *call, struct entry *document, const rp_entity **out_entry);

// The entries of a log, in their order:
//     for (entries_walk walk = entries_start(self, log); entries_next(&walk);) use(walk.entity, walk.entry);
typedef struct entries_walk {
    const struct state *self;
    rp_str log;
    size_t at;
    rp_entity *entity;
    const struct entry *entry;
} entries_walk;

entries_walk entries_start(const struct state *self, rp_str log);
bool entries_next(entries_walk *walk);

#endif
