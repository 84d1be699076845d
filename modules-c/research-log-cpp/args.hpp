// What the commands take. Whatever is optional may also be null.
#ifndef RESEARCH_LOG_ARGS_HPP
#define RESEARCH_LOG_ARGS_HPP

#include "model.hpp"

namespace research_log {

using optional_texts = std::optional<texts>;

constexpr std::string_view about_log = "The id of a log; the active one unless given.";

struct create_log_args {
    std::string title;
    optional_text objective, subject, researcher;
    optional_texts tags;
    std::optional<rp::raw_object> metadata;

    static constexpr auto fields =
        rp::fields(rp::field("title", &create_log_args::title),
                   rp::field("objective", &create_log_args::objective, "The question that the research is to answer."),
                   rp::field("subject", &create_log_args::subject, "Who or what it is about."),
                   rp::field("researcher", &create_log_args::researcher,
                             "Who keeps the log; entries without a researcher are theirs."),
                   rp::field("tags", &create_log_args::tags), rp::field("metadata", &create_log_args::metadata));
};

struct add_entry_args {
    entry_type type = entry_type::note;
    std::string title;
    optional_text content;
    optional_texts tags, references, resolves, contradicts;
    optional_text researcher;
    std::optional<rp::raw_object> metadata;
    optional_text log;

    static constexpr auto fields = rp::fields(
        rp::field("type", &add_entry_args::type, "Any but search; that is what record_search is for."),
        rp::field("title", &add_entry_args::title), rp::field("content", &add_entry_args::content),
        rp::field("tags", &add_entry_args::tags),
        rp::field("references", &add_entry_args::references, "Citations, addresses, whatever leads to the source."),
        rp::field("resolves", &add_entry_args::resolves,
                  "Ids of entries of the log that this one settles: the question answered, the task done, the conflict "
                  "explained."),
        rp::field("contradicts", &add_entry_args::contradicts,
                  "Ids of entries of the log that this one speaks against."),
        rp::field("researcher", &add_entry_args::researcher), rp::field("metadata", &add_entry_args::metadata),
        rp::field("log", &add_entry_args::log, about_log));
};

struct record_search_args {
    std::string repository;
    optional_text collection;
    texts terms;
    optional_texts variants;
    std::optional<rp::raw_object> filters;
    std::optional<research_log::period> period;
    optional_text place;
    search_result result = search_result::none;
    std::optional<std::vector<document>> documents;
    optional_texts negative_findings;
    optional_text title, notes;
    optional_texts tags;
    optional_text researcher;
    std::optional<rp::raw_object> metadata;
    optional_text log;

    static constexpr auto fields = rp::fields(
        rp::field("repository", &record_search_args::repository, "The archive, library or site."),
        rp::field("collection", &record_search_args::collection, "The record group, film or database."),
        rp::field("terms", &record_search_args::terms, "What was looked for, at least one."),
        rp::field("variants", &record_search_args::variants, "Other spellings that were tried."),
        rp::field("filters", &record_search_args::filters, "How the search was narrowed."),
        rp::field("period", &record_search_args::period), rp::field("place", &record_search_args::place),
        rp::field("result", &record_search_args::result),
        rp::field("documents", &record_search_args::documents,
                  "What was found, each with its citation; at least one for found and partial, none otherwise."),
        rp::field("negative_findings", &record_search_args::negative_findings,
                  "What was not there, in a sentence each; for none one is written if none is given."),
        rp::field("title", &record_search_args::title, "Made of terms, collection and repository unless given."),
        rp::field("notes", &record_search_args::notes), rp::field("tags", &record_search_args::tags),
        rp::field("researcher", &record_search_args::researcher), rp::field("metadata", &record_search_args::metadata),
        rp::field("log", &record_search_args::log, about_log));
};

enum class order { oldest, newest };
constexpr auto json_words(order)
{
    return rp::words({"oldest", "newest"}, "Which entries come first.");
}

struct list_entries_args {
    optional_text log;
    std::optional<std::vector<entry_type>> types;
    optional_texts tags;
    optional_text researcher, session, text;
    std::optional<std::int64_t> since_us, until_us;
    std::optional<research_log::order> order;
    std::optional<std::uint64_t> limit, offset;

    static constexpr auto fields = rp::fields(
        rp::field("log", &list_entries_args::log, about_log),
        rp::field("types", &list_entries_args::types, "Entries of any of these types."),
        rp::field("tags", &list_entries_args::tags, "Entries that have all of these tags."),
        rp::field("researcher", &list_entries_args::researcher), rp::field("session", &list_entries_args::session),
        rp::field("text", &list_entries_args::text,
                  "Entries with this text in title or content; the case of A to Z does not matter."),
        rp::field("since_us", &list_entries_args::since_us,
                  "Entries made at this time or later: UTC, microseconds since 1970."),
        rp::field("until_us", &list_entries_args::until_us, "Entries made before this time."),
        rp::field("order", &list_entries_args::order),
        rp::field("limit", &list_entries_args::limit, "At most so many; 100 unless given."),
        rp::field("offset", &list_entries_args::offset));
};

struct analyze_args {
    optional_text log;
    std::optional<std::int64_t> since_us, until_us;

    static constexpr auto fields =
        rp::fields(rp::field("log", &analyze_args::log, about_log),
                   rp::field("since_us", &analyze_args::since_us,
                             "Counts entries made at this time or later: UTC, microseconds since 1970."),
                   rp::field("until_us", &analyze_args::until_us, "Counts entries made before this time."));
};

enum class format { json, markdown, csv };
constexpr auto json_words(format)
{
    return rp::words({"json", "markdown", "csv"}, "The form of an export.");
}

struct session_started_data {
    std::string session;
    optional_text title, researcher;

    static constexpr auto fields = rp::fields(rp::field("session", &session_started_data::session),
                                              rp::field("title", &session_started_data::title),
                                              rp::field("researcher", &session_started_data::researcher));
};

struct session_ended_data {
    std::string session;
    optional_text summary;

    static constexpr auto fields = rp::fields(rp::field("session", &session_ended_data::session),
                                              rp::field("summary", &session_ended_data::summary));
};

// Where the state is kept.
enum class keeper { instance, store };
constexpr auto json_words(keeper)
{
    return rp::words({"instance", "store"});
}

struct configuration {
    keeper state = keeper::instance;

    static constexpr auto fields = rp::fields(rp::field("state", &configuration::state));
};

} // namespace research_log

#endif
