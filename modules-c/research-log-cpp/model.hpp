// What a log holds. The order of fields is the order in JSON.
#ifndef RESEARCH_LOG_MODEL_HPP
#define RESEARCH_LOG_MODEL_HPP

#include "rp_sdk.hpp"

namespace research_log {

using texts = std::vector<std::string>;
using optional_text = std::optional<std::string>;

// A log: one question, pursued until it is answered.
struct log {
    std::uint64_t number = 0;
    std::string title;
    optional_text objective, subject, researcher;
    texts tags;
    rp::raw_object metadata;

    static constexpr auto fields =
        rp::fields(rp::field("number", &log::number, "Counts the logs, from 1."), //
                   rp::field("title", &log::title),
                   rp::field("objective", &log::objective, "The question that the research is to answer."),
                   rp::field("subject", &log::subject, "Who or what it is about."),
                   rp::field("researcher", &log::researcher, "Who keeps the log."), //
                   rp::field("tags", &log::tags),                                   //
                   rp::field("metadata", &log::metadata));
};

// What kind of line it is.
enum class entry_type { note, observation, question, hypothesis, conclusion, task, progress, search };
constexpr auto json_words(entry_type)
{
    return rp::words({"note", "observation", "question", "hypothesis", "conclusion", "task", "progress", "search"},
                     "What kind of line it is.");
}

// What came of a search.
enum class search_result { found, partial, none, access_denied };
constexpr auto json_words(search_result)
{
    return rp::words({"found", "partial", "none", "access_denied"}, "What came of a search.");
}

struct period {
    optional_text from, to;

    static constexpr auto fields =
        rp::fields("The years or dates that a search covered, as the researcher writes them.",
                   rp::field("from", &period::from), rp::field("to", &period::to));
};

struct document {
    std::string title, citation;
    optional_text url, note;

    static constexpr auto fields = rp::fields(
        "A document that a search found.", rp::field("title", &document::title),
        rp::field("citation", &document::citation, "Complete enough for another researcher to find the very page."),
        rp::field("url", &document::url), rp::field("note", &document::note));
};

// A search: where, for what, and what came of it. A search that found nothing is a finding.
struct search {
    std::string repository;
    optional_text collection;
    texts terms, variants;
    rp::raw_object filters;
    std::optional<research_log::period> period;
    optional_text place;
    search_result result = search_result::none;
    std::vector<document> documents;
    texts negative_findings;

    static constexpr auto fields = rp::fields(
        rp::field("repository", &search::repository, "The archive, library or site."),
        rp::field("collection", &search::collection, "The record group, film or database."),
        rp::field("terms", &search::terms, "What was looked for."),
        rp::field("variants", &search::variants, "Other spellings that were tried."),
        rp::field("filters", &search::filters, "How the search was narrowed."), rp::field("period", &search::period), //
        rp::field("place", &search::place),                                                                           //
        rp::field("result", &search::result),
        rp::field("documents", &search::documents, "What was found, each with its citation."),
        rp::field("negative_findings", &search::negative_findings, "What was not there, in a sentence each."));
};

// One line of a log.
struct entry {
    std::string log;
    std::uint64_t number = 0;
    entry_type type = entry_type::note;
    std::string title, content;
    texts tags, references, resolves, contradicts;
    optional_text researcher, session;
    rp::raw_object metadata;
    std::optional<research_log::search> search;

    static constexpr auto fields = rp::fields(
        rp::field("log", &entry::log, "The id of the log."),
        rp::field("number", &entry::number, "Counts the entries of the log, from 1."), //
        rp::field("type", &entry::type),                                               //
        rp::field("title", &entry::title),                                             //
        rp::field("content", &entry::content),                                         //
        rp::field("tags", &entry::tags),
        rp::field("references", &entry::references, "Citations, addresses, whatever leads to the source."),
        rp::field("resolves", &entry::resolves, "Ids of entries that this one settles."),
        rp::field("contradicts", &entry::contradicts, "Ids of entries that this one speaks against."),
        rp::field("researcher", &entry::researcher),
        rp::field("session", &entry::session, "The research session in which it was written."),
        rp::field("metadata", &entry::metadata),
        rp::field("search", &entry::search, "Of an entry of type search: what was searched, and what came of it."));
};

using log_entity = rp::entity<log>;
using entry_entity = rp::entity<entry>;
using entry_list = std::vector<const entry_entity *>;

} // namespace research_log

#endif
