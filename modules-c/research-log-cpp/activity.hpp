// analyze_activity: how much was done, and what is still open.
#ifndef RESEARCH_LOG_ACTIVITY_HPP
#define RESEARCH_LOG_ACTIVITY_HPP

#include "state.hpp"

namespace research_log {

struct name_count {
    std::string name;
    std::uint64_t count = 0;

    static constexpr auto fields = rp::fields("How often something occurs.", rp::field("name", &name_count::name),
                                              rp::field("count", &name_count::count));
};

// In the order of entry_type.
struct type_counts {
    std::uint64_t note = 0, observation = 0, question = 0, hypothesis = 0, conclusion = 0, task = 0, progress = 0,
                  search = 0;

    static constexpr auto fields =
        rp::fields("How many there are of each kind.", rp::field("note", &type_counts::note),
                   rp::field("observation", &type_counts::observation), rp::field("question", &type_counts::question),
                   rp::field("hypothesis", &type_counts::hypothesis), rp::field("conclusion", &type_counts::conclusion),
                   rp::field("task", &type_counts::task), rp::field("progress", &type_counts::progress),
                   rp::field("search", &type_counts::search));
};

// In the order of search_result.
struct result_counts {
    std::uint64_t found = 0, partial = 0, none = 0, access_denied = 0;

    static constexpr auto fields =
        rp::fields("How many there are of each kind.", rp::field("found", &result_counts::found),
                   rp::field("partial", &result_counts::partial), rp::field("none", &result_counts::none),
                   rp::field("access_denied", &result_counts::access_denied));
};

struct search_counts {
    std::uint64_t count = 0;
    std::vector<name_count> by_repository;
    result_counts by_result;
    std::uint64_t documents = 0, negative_findings = 0;

    static constexpr auto fields =
        rp::fields("The searches among the entries.", rp::field("count", &search_counts::count),
                   rp::field("by_repository", &search_counts::by_repository),
                   rp::field("by_result", &search_counts::by_result), rp::field("documents", &search_counts::documents),
                   rp::field("negative_findings", &search_counts::negative_findings));
};

struct open_entry {
    std::string_view entry;
    std::uint64_t number;
    std::string_view title;

    static constexpr auto fields =
        rp::fields("An entry that waits for another.", rp::field("entry", &open_entry::entry),
                   rp::field("number", &open_entry::number), rp::field("title", &open_entry::title));
};

struct activity {
    std::string log;
    std::uint64_t entries = 0;
    type_counts by_type;
    std::vector<name_count> by_tag, by_researcher, by_day;
    search_counts searches;
    std::vector<open_entry> open_questions, open_tasks, hypotheses_without_conclusion, unresolved_conflicts;

    static constexpr auto fields =
        rp::fields("What `analyze_activity` answers.", rp::field("log", &activity::log),
                   rp::field("entries", &activity::entries), rp::field("by_type", &activity::by_type),
                   rp::field("by_tag", &activity::by_tag), rp::field("by_researcher", &activity::by_researcher),
                   rp::field("by_day", &activity::by_day), rp::field("searches", &activity::searches),
                   rp::field("open_questions", &activity::open_questions, "Questions that no entry resolves."),
                   rp::field("open_tasks", &activity::open_tasks, "Tasks that no entry resolves."),
                   rp::field("hypotheses_without_conclusion", &activity::hypotheses_without_conclusion,
                             "Hypotheses that no conclusion resolves."),
                   rp::field("unresolved_conflicts", &activity::unresolved_conflicts,
                             "Entries that contradict others, and that no conclusion resolves."));
};

rp::result<activity> analyze(const state &state, const analyze_args &args);

} // namespace research_log

#endif
