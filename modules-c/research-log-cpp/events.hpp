// What the module tells others.
#ifndef RESEARCH_LOG_EVENTS_HPP
#define RESEARCH_LOG_EVENTS_HPP

#include "model.hpp"

namespace research_log {

struct created {
    std::string_view log;
    std::uint64_t number;
    std::string_view title;

    static constexpr std::string_view event = "research_log.created";
    static constexpr auto fields =
        rp::fields("A log was created.", rp::field("log", &created::log), rp::field("number", &created::number),
                   rp::field("title", &created::title));
};

struct activated {
    std::string_view log;

    static constexpr std::string_view event = "research_log.activated";
    static constexpr auto fields = rp::fields("Another log is the active one now.", rp::field("log", &activated::log));
};

struct entry_added {
    std::string_view log, entry;
    entry_type type;
    std::string_view title;

    static constexpr std::string_view event = "research_log.entry_added";
    static constexpr auto fields =
        rp::fields("An entry was added.", rp::field("log", &entry_added::log), rp::field("entry", &entry_added::entry),
                   rp::field("type", &entry_added::type), rp::field("title", &entry_added::title));
};

struct search_recorded {
    std::string_view log, entry, repository;
    search_result result;

    static constexpr std::string_view event = "research_log.search_recorded";
    static constexpr auto fields = rp::fields(
        "A search was recorded.", rp::field("log", &search_recorded::log), rp::field("entry", &search_recorded::entry),
        rp::field("repository", &search_recorded::repository), rp::field("result", &search_recorded::result));
};

// Tells an event. What it tells has happened already: where nobody may hear of it, the log says so.
template <class E> void tell(const rp::host &host, const E &event)
{
    const rp::result<void> told = host.emit(event);
    if (told) return;
    std::string line(E::event);
    host.log(rp::level::warn, (line += " was not emitted: ") += told.error().text());
}

} // namespace research_log

#endif
