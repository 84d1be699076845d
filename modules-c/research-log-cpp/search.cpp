#include "search.hpp"

#include "duplicates.hpp"
#include "text.hpp"

namespace research_log {

namespace {

rp::result<void> check_each(std::string_view path, const texts &texts)
{
    for (std::size_t at = 0; at < texts.size(); at++) RP_CHECK(check_text(element(path, at), texts[at]));
    return {};
}

rp::result<void> check_documents(const std::vector<document> &documents, search_result result)
{
    const bool has_documents = result == search_result::found || result == search_result::partial;
    if (has_documents == documents.empty()) {
        const char *text = has_documents ? "expected at least one, for the result is " //
                                         : "expected none, for the result is ";
        return rp::error::at("documents", text + std::string(rp::word(result)));
    }
    for (std::size_t at = 0; at < documents.size(); at++) {
        const std::string path = element("documents", at);
        RP_CHECK(check_text(path + ".title", documents[at].title));
        RP_CHECK(check_text(path + ".citation", documents[at].citation));
    }
    return {};
}

// John Ryan, Ryan in Parish registers, Cork City Archives
std::string what(const record_search_args &args)
{
    const std::string collection = args.collection ? *args.collection + ", " : std::string();
    return joined(args.terms, ", ") + " in " + collection + args.repository;
}

} // namespace

rp::result<void> check_search(const record_search_args &args)
{
    RP_CHECK(check_text("repository", args.repository));
    if (args.terms.empty()) return rp::error::at("terms", "expected at least one");
    RP_CHECK(check_each("terms", args.terms));
    RP_CHECK(check_documents(args.documents ? *args.documents : std::vector<document>(), args.result));
    if (args.negative_findings) RP_CHECK(check_each("negative_findings", *args.negative_findings));
    if (args.title) RP_CHECK(check_text("title", *args.title));
    return {};
}

entry entry_of_search(record_search_args args)
{
    std::string about = what(args);
    search search;
    search.negative_findings = std::move(args.negative_findings).value_or(texts());
    if (args.result == search_result::none && search.negative_findings.empty()) {
        search.negative_findings.push_back("Not found: " + about);
    }
    search.repository = std::move(args.repository);
    search.collection = std::move(args.collection);
    search.terms = std::move(args.terms);
    search.variants = std::move(args.variants).value_or(texts());
    search.filters = std::move(args.filters).value_or(rp::raw_object());
    search.period = std::move(args.period);
    search.place = std::move(args.place);
    search.result = args.result;
    search.documents = std::move(args.documents).value_or(std::vector<document>());
    entry entry;
    entry.type = entry_type::search;
    entry.title = std::move(args.title).value_or(std::move(about));
    entry.content = std::move(args.notes).value_or(std::string());
    entry.tags = std::move(args.tags).value_or(texts());
    entry.metadata = std::move(args.metadata).value_or(rp::raw_object());
    entry.search = std::move(search);
    return entry;
}

texts earlier_searches(const state &state, const entry &entry)
{
    texts ids;
    const search_key key = key_of(*entry.search);
    for (const entry_entity *each : state.entries_of(entry.log)) {
        if (each->data.search && key_of(*each->data.search) == key) ids.push_back(each->id);
    }
    return ids;
}

} // namespace research_log
