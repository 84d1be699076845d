// record_search.
#ifndef RESEARCH_LOG_SEARCH_HPP
#define RESEARCH_LOG_SEARCH_HPP

#include "state.hpp"

namespace research_log {

// What record_search answers.
struct recorded {
    const entry_entity *entry;
    texts same_as;

    static constexpr auto fields = rp::fields(
        "What `record_search` answers.", rp::field("entry", &recorded::entry),
        rp::field("same_as", &recorded::same_as, "Ids of earlier entries of the log that record the same search."));
};

// Checks what the types do not: the Genealogical Proof Standard wants citations, and negative findings kept apart.
rp::result<void> check_search(const record_search_args &args);

// The entry that records a search; log, researcher and session are not filled in.
entry entry_of_search(record_search_args args);

// Ids of entries of the same log that record the same search.
texts earlier_searches(const state &state, const entry &entry);

} // namespace research_log

#endif
