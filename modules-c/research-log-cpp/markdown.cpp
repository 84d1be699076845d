#include "export.hpp"
#include "text.hpp"
#include "time.hpp"

namespace research_log {

namespace {

// What must stand on one line: its breaks become blanks.
std::string line(std::string text)
{
    for (char &each : text) {
        if (each == '\r' || each == '\n') each = ' ';
    }
    return text;
}

void write_item(std::string &out, const char *name, const optional_text &text)
{
    if (text) out += std::string("- ") + name + ": " + line(*text) + '\n';
}

void write_list(std::string &out, const char *name, const texts &texts)
{
    if (!texts.empty()) write_item(out, name, joined(texts, "; "));
}

// The numbers of entries, for people: #3.
texts numbers(const texts &ids, const entry_list &entries)
{
    texts numbers;
    for (const std::string &id : ids) {
        for (const entry_entity *entry : entries) {
            if (entry->id == id) numbers.push_back('#' + std::to_string(entry->data.number));
        }
    }
    return numbers;
}

void write_search(std::string &out, const search &search)
{
    write_item(out, "Repository", search.repository);
    write_item(out, "Collection", search.collection);
    write_list(out, "Terms", search.terms);
    write_list(out, "Variants", search.variants);
    if (search.period) {
        write_item(out, "Period", search.period->from.value_or("") + " to " + search.period->to.value_or(""));
    }
    write_item(out, "Place", search.place);
    write_item(out, "Result", std::string(rp::word(search.result)));
    for (const document &each : search.documents) write_item(out, "Document", each.title + ": " + each.citation);
    for (const std::string &finding : search.negative_findings) write_item(out, "Negative finding", finding);
}

void write_entry(std::string &out, const entry_entity &entity, const entry_list &entries)
{
    const entry &entry = entity.data;
    out += "\n## " + std::to_string(entry.number) + ". " + std::string(rp::word(entry.type)) + ": " +
           line(entry.title) + "\n\n";
    if (!entry.content.empty()) out += entry.content + "\n\n";
    write_item(out, "Date", moment(entity.created_us));
    write_item(out, "Researcher", entry.researcher);
    write_item(out, "Session", entry.session);
    write_list(out, "Tags", entry.tags);
    if (entry.search) write_search(out, *entry.search);
    write_list(out, "References", entry.references);
    write_list(out, "Resolves", numbers(entry.resolves, entries));
    write_list(out, "Contradicts", numbers(entry.contradicts, entries));
}

} // namespace

std::string to_markdown(const log &log, const entry_list &entries)
{
    std::string out = "# " + line(log.title) + "\n\n";
    write_item(out, "Objective", log.objective);
    write_item(out, "Subject", log.subject);
    write_item(out, "Researcher", log.researcher);
    write_list(out, "Tags", log.tags);
    write_item(out, "Entries", std::to_string(entries.size()));
    for (const entry_entity *entry : entries) write_entry(out, *entry, entries);
    return out;
}

} // namespace research_log
