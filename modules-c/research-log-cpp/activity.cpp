#include "activity.hpp"

#include <set>

#include "listing.hpp"
#include "time.hpp"

namespace research_log {

namespace {

// How often each name occurs, by name.
class tally {
public:
    void add(const std::string &name) { counts_[name]++; }

    std::vector<name_count> by_name() const
    {
        std::vector<name_count> counts;
        for (const auto &[name, count] : counts_) counts.push_back({name, count});
        return counts;
    }
    // The most frequent first, then by name.
    std::vector<name_count> most_first() const
    {
        std::vector<name_count> counts = by_name();
        std::sort(counts.begin(), counts.end(), [](const name_count &left, const name_count &right) {
            return left.count != right.count ? left.count > right.count : left.name < right.name;
        });
        return counts;
    }

private:
    std::map<std::string, std::uint64_t> counts_;
};

// Counts one of a kind in the struct whose fields are in the order of the kinds.
template <class Counts, class Kind> void count_kind(Counts &counts, Kind kind)
{
    std::size_t at = 0;
    const auto count = [&](const auto &field) {
        if (at++ == static_cast<std::size_t>(kind)) ++(counts.*field.member);
    };
    std::apply([&](const auto &...each) { (count(each), ...); }, Counts::fields.all);
}

search_counts count_searches(const entry_list &entries)
{
    search_counts counts;
    tally repositories;
    for (const entry_entity *each : entries) {
        if (!each->data.search) continue;
        const search &search = *each->data.search;
        counts.count++;
        repositories.add(search.repository);
        count_kind(counts.by_result, search.result);
        counts.documents += search.documents.size();
        counts.negative_findings += search.negative_findings.size();
    }
    counts.by_repository = repositories.most_first();
    return counts;
}

void count_entries(const entry_list &entries, activity &counts)
{
    tally tags, researchers, days;
    for (const entry_entity *each : entries) {
        count_kind(counts.by_type, each->data.type);
        for (const std::string &tag : each->data.tags) tags.add(tag);
        if (each->data.researcher) researchers.add(*each->data.researcher);
        days.add(day(each->created_us));
    }
    counts.entries = entries.size();
    counts.by_tag = tags.most_first();
    counts.by_researcher = researchers.most_first();
    counts.by_day = days.by_name();
}

// The ids that entries of the log resolve, whenever those were made.
struct resolved {
    std::set<std::string_view> by_any, by_conclusion;

    explicit resolved(const entry_list &all)
    {
        for (const entry_entity *each : all) {
            for (const std::string &id : each->data.resolves) {
                by_any.insert(id);
                if (each->data.type == entry_type::conclusion) by_conclusion.insert(id);
            }
        }
    }
};

void note_open(const entry_entity &entity, const std::set<std::string_view> &resolved, std::vector<open_entry> &open)
{
    if (resolved.count(entity.id) == 0) open.push_back({entity.id, entity.data.number, entity.data.title});
}

} // namespace

rp::result<activity> analyze(const state &state, const analyze_args &args)
{
    RP_LET(const log_entity *log, state.find_log(args.log));
    const entry_list all = state.entries_of(log->id);
    const resolved resolved(all);
    entry_list counted;
    activity activity;
    for (const entry_entity *each : all) {
        if (!is_within(each->created_us, args.since_us, args.until_us)) continue;
        counted.push_back(each);
        const entry_type type = each->data.type;
        if (type == entry_type::question) note_open(*each, resolved.by_any, activity.open_questions);
        if (type == entry_type::task) note_open(*each, resolved.by_any, activity.open_tasks);
        if (type == entry_type::hypothesis) {
            note_open(*each, resolved.by_conclusion, activity.hypotheses_without_conclusion);
        }
        if (!each->data.contradicts.empty()) note_open(*each, resolved.by_conclusion, activity.unresolved_conflicts);
    }
    activity.log = log->id;
    count_entries(counted, activity);
    activity.searches = count_searches(counted);
    return activity;
}

} // namespace research_log
