#include "listing.hpp"

#include "text.hpp"

namespace research_log {

namespace {

template <class T> bool contains(const std::vector<T> &all, const T &one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

bool has_text(const entry &entry, const optional_text &text)
{
    if (!text) return true;
    const std::string wanted = lowered(*text);
    return lowered(entry.title).find(wanted) != std::string::npos ||
           lowered(entry.content).find(wanted) != std::string::npos;
}

bool is_wanted(const entry_entity &entity, const list_entries_args &args)
{
    const entry &entry = entity.data;
    const auto has_tag = [&entry](const std::string &tag) { return contains(entry.tags, tag); };
    return (!args.types || contains(*args.types, entry.type)) &&
           (!args.tags || std::all_of(args.tags->begin(), args.tags->end(), has_tag)) &&
           (!args.researcher || args.researcher == entry.researcher) &&
           (!args.session || args.session == entry.session) && has_text(entry, args.text) &&
           is_within(entity.created_us, args.since_us, args.until_us);
}

} // namespace

rp::result<entry_page> list_entries(const state &state, const list_entries_args &args)
{
    RP_LET(const log_entity *log, state.find_log(args.log));
    entry_list found;
    for (const entry_entity *entry : state.entries_of(log->id)) {
        if (is_wanted(*entry, args)) found.push_back(entry);
    }
    if (args.order == order::newest) std::reverse(found.begin(), found.end());
    const std::uint64_t count = found.size();
    const std::uint64_t first = std::min(args.offset.value_or(0), count);
    const std::uint64_t len = std::min(args.limit.value_or(100), count - first);
    const auto start = found.begin() + static_cast<std::ptrdiff_t>(first);
    return entry_page{{start, start + static_cast<std::ptrdiff_t>(len)}, count};
}

bool is_within(std::int64_t time_us, std::optional<std::int64_t> since_us, std::optional<std::int64_t> until_us)
{
    return (!since_us || *since_us <= time_us) && (!until_us || time_us < *until_us);
}

} // namespace research_log
