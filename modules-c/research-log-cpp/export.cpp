#include "export.hpp"

namespace research_log {

namespace {

rp::result<std::string> to_json(const log_entity &log, const entry_list &entries)
{
    rp::buffer buffer;
    RP_LET(const rp::json written, buffer.write({{"log", log}, {"entries", entries}}));
    return std::string(written.text());
}

} // namespace

rp::result<exported> export_log(const state &state, format format, const optional_text &log)
{
    RP_LET(const log_entity *found, state.find_log(log));
    const entry_list entries = state.entries_of(found->id);
    if (format == format::markdown) return exported{format, to_markdown(found->data, entries)};
    if (format == format::csv) return exported{format, to_csv(entries)};
    RP_LET(std::string json, to_json(*found, entries));
    return exported{format, std::move(json)};
}

} // namespace research_log
