// export: a log as text, to be kept or printed.
#ifndef RESEARCH_LOG_EXPORT_HPP
#define RESEARCH_LOG_EXPORT_HPP

#include "state.hpp"

namespace research_log {

struct exported {
    research_log::format format;
    std::string content;

    static constexpr auto fields = rp::fields("What `export` answers.", rp::field("format", &exported::format),
                                              rp::field("content", &exported::content));
};

rp::result<exported> export_log(const state &state, format format, const optional_text &log);

// A report for people.
std::string to_markdown(const log &log, const entry_list &entries);

// A table: one line an entry, as RFC 4180 has it.
std::string to_csv(const entry_list &entries);

} // namespace research_log

#endif
