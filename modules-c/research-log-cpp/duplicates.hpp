// Searches that were made more than once.
#ifndef RESEARCH_LOG_DUPLICATES_HPP
#define RESEARCH_LOG_DUPLICATES_HPP

#include <set>

#include "state.hpp"

namespace research_log {

// What makes two searches the same: repository, collection, from, to, place, all folded; and terms and variants together,
// for Smith with the variant Smyth is Smyth with the variant Smith.
using search_key = std::pair<std::array<std::string, 5>, std::set<std::string>>;
search_key key_of(const search &search);

// One search of a group.
struct made_search {
    std::string_view entry, log;
    std::uint64_t number;
    std::int64_t created_us;
    search_result result;

    static constexpr auto fields =
        rp::fields("One search of a group.", rp::field("entry", &made_search::entry),
                   rp::field("log", &made_search::log), rp::field("number", &made_search::number),
                   rp::field("created_us", &made_search::created_us), rp::field("result", &made_search::result));
};

struct search_group {
    std::string_view repository;
    optional_text collection;
    texts terms;
    std::vector<made_search> searches;

    static constexpr auto fields = rp::fields(
        "Searches that are the same, as the first one is written.", rp::field("repository", &search_group::repository),
        rp::field("collection", &search_group::collection), rp::field("terms", &search_group::terms),
        rp::field("searches", &search_group::searches));
};

struct search_groups {
    std::vector<search_group> groups;
    std::uint64_t count = 0;

    static constexpr auto fields =
        rp::fields("The groups of two and more.", rp::field("groups", &search_groups::groups),
                   rp::field("count", &search_groups::count));
};

// Finds them in one log, or in all, which are compared with each other then.
search_groups find_duplicates(const state &state, const log_entity *only);

} // namespace research_log

#endif
