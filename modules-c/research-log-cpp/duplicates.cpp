#include "duplicates.hpp"

#include "text.hpp"

namespace research_log {

namespace {

std::string folded_or_empty(const optional_text &text)
{
    return text ? folded(*text) : std::string();
}

made_search made(const entry_entity &entry)
{
    return {entry.id, entry.data.log, entry.data.number, entry.created_us, entry.data.search->result};
}

// All searches, each group where its first one stands.
class grouping {
public:
    void add(const entry_entity &entry)
    {
        if (!entry.data.search) return;
        const search &search = *entry.data.search;
        const auto [place, is_new] = places_.try_emplace(key_of(search), groups_.size());
        if (is_new) groups_.push_back({search.repository, search.collection, search.terms, {}});
        groups_[place->second].searches.push_back(made(entry));
    }

    search_groups take()
    {
        const auto is_single = [](const search_group &group) { return group.searches.size() < 2; };
        groups_.erase(std::remove_if(groups_.begin(), groups_.end(), is_single), groups_.end());
        const std::uint64_t count = groups_.size();
        return {std::move(groups_), count};
    }

private:
    std::vector<search_group> groups_;
    std::map<search_key, std::size_t> places_;
};

} // namespace

search_key key_of(const search &search)
{
    const period period = search.period.value_or(research_log::period());
    search_key key{{folded(search.repository), folded_or_empty(search.collection), folded_or_empty(period.from),
                    folded_or_empty(period.to), folded_or_empty(search.place)},
                   {}};
    for (const std::string &term : search.terms) key.second.insert(folded(term));
    for (const std::string &variant : search.variants) key.second.insert(folded(variant));
    return key;
}

search_groups find_duplicates(const state &state, const log_entity *only)
{
    grouping grouping;
    for (const log_entity &log : state.logs()) {
        if (only != nullptr && only != &log) continue;
        for (const entry_entity *entry : state.entries_of(log.id)) grouping.add(*entry);
    }
    return grouping.take();
}

} // namespace research_log
