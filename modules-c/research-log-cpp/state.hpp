// Logs and entries, in memory and, where the configuration says so, in the host's store.
#ifndef RESEARCH_LOG_STATE_HPP
#define RESEARCH_LOG_STATE_HPP

#include "args.hpp"

namespace research_log {

class state {
public:
    // Opens the state; a store that may not be read and written is an error.
    rp::result<void> open(keeper keeper, const rp::host &host);

    const rp::collection<log> &logs() const noexcept { return logs_; }
    const rp::collection<entry> &all_entries() const noexcept { return entries_; }

    // The log of an id, or the active one.
    rp::result<const log_entity *> find_log(const optional_text &id) const;
    bool has_active() const noexcept { return active_.has_value(); }
    // The entries of a log, in order.
    entry_list entries_of(std::string_view log) const;
    bool has_entry(std::string_view log, std::string_view id) const;

    rp::result<void> activate(const rp::host &host, const std::string &log);
    rp::result<const log_entity *> add_log(const rp::host &host, log log);
    // Adds an entry under the next number of its log.
    rp::result<const entry_entity *> add_entry(const rp::host &host, entry entry);

private:
    rp::result<void> read(const rp::host &host);
    template <class T>
    rp::result<const rp::entity<T> *> add(const rp::host &host, std::string_view kind, rp::collection<T> &to, T data);

    keeper keeper_ = keeper::instance;
    rp::collection<log> logs_;
    rp::collection<entry> entries_;
    optional_text active_;
};

} // namespace research_log

#endif
