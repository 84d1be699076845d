// list_entries.
#ifndef RESEARCH_LOG_LISTING_HPP
#define RESEARCH_LOG_LISTING_HPP

#include "state.hpp"

namespace research_log {

struct entry_page {
    entry_list entries;
    std::uint64_t count = 0;

    static constexpr auto fields =
        rp::fields("The entries of a page, and how many there are on all pages.",
                   rp::field("entries", &entry_page::entries), rp::field("count", &entry_page::count));
};

rp::result<entry_page> list_entries(const state &state, const list_entries_args &args);

// From the first time on, and before the second.
bool is_within(std::int64_t time_us, std::optional<std::int64_t> since_us, std::optional<std::int64_t> until_us);

} // namespace research_log

#endif
