#include "state.hpp"

namespace research_log {

namespace {

constexpr std::string_view log_kind = "research_log.log", entry_kind = "research_log.entry",
                           state_kind = "research_log.state", active_id = "active";

// The document that remembers the active log.
struct active {
    std::string log;

    static constexpr auto fields = rp::fields(rp::field("log", &active::log));
};

template <class T> rp::result<void> read_all(const rp::host &host, std::string_view kind, rp::collection<T> &into)
{
    RP_LET(rp::entity_page<rp::entity<T>> page, host.query(kind).sort("number").template fetch<T>());
    for (rp::entity<T> &each : page.entities) RP_CHECK(into.insert(std::move(each)));
    return {};
}

// Asks for what cannot be: an answer other than that it is not there says that writing is not allowed.
rp::result<void> check_write(const rp::host &host, std::string_view kind)
{
    const rp::result<rp::changed> removed = host.remove(kind, "none");
    if (!removed && removed.error().code() != RP_CODE_NOT_FOUND) return removed.error();
    return {};
}

// Takes an entity out of memory again, unless it is in the store too.
template <class T> struct undo {
    rp::collection<T> &from;
    const std::string &id;
    bool is_kept = false;

    undo(const undo &) = delete;
    undo &operator=(const undo &) = delete;
    undo(rp::collection<T> &collection, const std::string &made) noexcept : from(collection), id(made) {}
    ~undo()
    {
        if (!is_kept) (void)from.remove(id);
    }
};

} // namespace

rp::result<void> state::open(keeper keeper, const rp::host &host)
{
    state opened;
    opened.keeper_ = keeper;
    if (keeper == keeper::store) RP_CHECK(opened.read(host));
    *this = std::move(opened);
    return {};
}

rp::result<void> state::read(const rp::host &host)
{
    RP_LET(const auto remembered, host.query(state_kind).filter("$id", active_id).first<active>());
    RP_CHECK(read_all(host, log_kind, logs_));
    RP_CHECK(read_all(host, entry_kind, entries_));
    for (const std::string_view kind : {state_kind, log_kind, entry_kind}) RP_CHECK(check_write(host, kind));
    if (remembered) active_ = remembered->data.log;
    return {};
}

rp::result<const log_entity *> state::find_log(const optional_text &id) const
{
    if (!id && !active_) {
        return rp::error(RP_CODE_CONFLICT, "there is no active log: create one, or name one in log");
    }
    const std::string &wanted = id ? *id : *active_;
    const log_entity *found = logs_.find(wanted);
    if (found == nullptr) return rp::error(RP_CODE_NOT_FOUND, "there is no log " + wanted);
    return found;
}

entry_list state::entries_of(std::string_view log) const
{
    entry_list of_log;
    for (const entry_entity &each : entries_) {
        if (each.data.log == log) of_log.push_back(&each);
    }
    return of_log;
}

bool state::has_entry(std::string_view log, std::string_view id) const
{
    const entry_entity *found = entries_.find(id);
    return found != nullptr && found->data.log == log;
}

rp::result<void> state::activate(const rp::host &host, const std::string &log)
{
    active next{log};
    if (keeper_ == keeper::store) {
        RP_CHECK(active_ ? host.update(state_kind, active_id, next) : host.create_as(state_kind, active_id, next));
    }
    active_ = std::move(next.log);
    return {};
}

// First in memory, so that what is in the store is never missed there.
template <class T>
rp::result<const rp::entity<T> *> state::add(const rp::host &host, std::string_view kind, rp::collection<T> &to, T data)
{
    const std::optional<std::int64_t> now = host.now_us();
    if (!now) return rp::error(RP_CODE_UNAVAILABLE, "this host does not lend now_us");
    RP_LET(std::string id, host.new_id(*now));
    RP_LET(const rp::entity<T> *made, to.insert({std::move(id), 1, *now, *now, std::move(data)}));
    undo<T> undo(to, made->id);
    if (keeper_ == keeper::store) RP_CHECK(host.create_as(kind, made->id, made->data));
    undo.is_kept = true;
    return made;
}

rp::result<const log_entity *> state::add_log(const rp::host &host, log log)
{
    log.number = logs_.size() + 1;
    return add(host, log_kind, logs_, std::move(log));
}

rp::result<const entry_entity *> state::add_entry(const rp::host &host, entry entry)
{
    const auto last = std::find_if(entries_.rbegin(), entries_.rend(),
                                   [&entry](const entry_entity &each) { return each.data.log == entry.log; });
    entry.number = last == entries_.rend() ? 1 : last->data.number + 1;
    return add(host, entry_kind, entries_, std::move(entry));
}

} // namespace research_log
