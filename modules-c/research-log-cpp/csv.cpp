#include "export.hpp"
#include "text.hpp"
#include "time.hpp"

namespace research_log {

namespace {

constexpr std::string_view head =
    "number,created,type,title,content,tags,references,researcher,session,repository,collection,terms,variants,place,"
    "from,to,result,documents,negative_findings\r\n";

std::string list(const texts &texts)
{
    return joined(texts, "; ");
}

std::string documents(const std::vector<document> &documents)
{
    texts each;
    for (const document &document : documents) each.push_back(document.title + ": " + document.citation);
    return list(each);
}

// The cells of a search; of other entries they are empty.
texts search_cells(const std::optional<search> &found)
{
    if (!found) return texts(10);
    const period period = found->period.value_or(research_log::period());
    return {found->repository,           found->collection.value_or(""),
            list(found->terms),          list(found->variants),
            found->place.value_or(""),   period.from.value_or(""),
            period.to.value_or(""),      std::string(rp::word(found->result)),
            documents(found->documents), list(found->negative_findings)};
}

texts cells(const entry_entity &entity)
{
    const entry &entry = entity.data;
    texts cells{std::to_string(entry.number),
                moment(entity.created_us),
                std::string(rp::word(entry.type)),
                entry.title,
                entry.content,
                list(entry.tags),
                list(entry.references),
                entry.researcher.value_or(""),
                entry.session.value_or("")};
    for (std::string &cell : search_cells(entry.search)) cells.push_back(std::move(cell));
    return cells;
}

void quote(std::string &cell)
{
    if (cell.find_first_of(",\"\r\n") == std::string::npos) return;
    for (std::size_t at = cell.find('"'); at != std::string::npos; at = cell.find('"', at + 2)) cell.insert(at, 1, '"');
    cell.insert(0, 1, '"');
    cell += '"';
}

} // namespace

std::string to_csv(const entry_list &entries)
{
    std::string out(head);
    for (const entry_entity *entry : entries) {
        texts line = cells(*entry);
        for (std::string &cell : line) quote(cell);
        (out += joined(line, ",")) += "\r\n";
    }
    return out;
}

} // namespace research_log
