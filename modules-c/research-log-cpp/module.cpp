// A genealogist's research log: what was asked, where it was searched, what was found and what was not, what was
// concluded. modules-rust/research-log/BEHAVIOUR.md says what every language's version does.
#include "activity.hpp"
#include "duplicates.hpp"
#include "events.hpp"
#include "export.hpp"
#include "listing.hpp"
#include "search.hpp"
#include "text.hpp"

namespace research_log {

// The research session that goes on.
struct session {
    std::string id, title;
    optional_text researcher;
    std::uint64_t entries = 0, searches = 0;
};

class module : public rp::module<module> {
public:
    rp::result<void> init(const rp::host &host, const configuration &config) { return state_.open(config.state, host); }

    rp::result<const log_entity *> create_log(const rp::host &host, create_log_args args)
    {
        RP_CHECK(check_text("title", args.title));
        log log;
        log.title = std::move(args.title);
        log.objective = std::move(args.objective);
        log.subject = std::move(args.subject);
        log.researcher = std::move(args.researcher);
        log.tags = std::move(args.tags).value_or(texts());
        log.metadata = std::move(args.metadata).value_or(rp::raw_object());
        RP_LET(const log_entity *made, state_.add_log(host, std::move(log)));
        tell(host, created{made->id, made->data.number, made->data.title});
        if (!state_.has_active()) RP_CHECK(activate(host, made->id));
        return made;
    }

    rp::result<const log_entity *> set_active_log(const rp::host &host, const std::string &log)
    {
        RP_LET(const log_entity *found, state_.find_log(log));
        RP_CHECK(activate(host, found->id));
        return found;
    }

    rp::result<const entry_entity *> add_entry(const rp::host &host, add_entry_args args)
    {
        RP_LET(const log_entity *log, state_.find_log(args.log));
        if (args.type == entry_type::search) {
            return rp::error::at("type", "a search is recorded with record_search");
        }
        RP_CHECK(check_text("title", args.title));
        entry entry;
        entry.type = args.type;
        entry.title = std::move(args.title);
        entry.content = std::move(args.content).value_or(std::string());
        entry.tags = std::move(args.tags).value_or(texts());
        entry.references = std::move(args.references).value_or(texts());
        RP_LET(entry.resolves, known("resolves", log->id, std::move(args.resolves)));
        RP_LET(entry.contradicts, known("contradicts", log->id, std::move(args.contradicts)));
        entry.metadata = std::move(args.metadata).value_or(rp::raw_object());
        sign(entry, *log, std::move(args.researcher));
        RP_LET(const entry_entity *made, add(host, std::move(entry)));
        if (session_) session_->entries++;
        return made;
    }

    rp::result<recorded> record_search(const rp::host &host, record_search_args args)
    {
        RP_LET(const log_entity *log, state_.find_log(args.log));
        RP_CHECK(check_search(args));
        optional_text researcher = args.researcher;
        entry entry = entry_of_search(std::move(args));
        sign(entry, *log, std::move(researcher));
        recorded recorded{nullptr, earlier_searches(state_, entry)};
        RP_LET(recorded.entry, state_.add_entry(host, std::move(entry)));
        const research_log::entry &made = recorded.entry->data;
        tell(host, search_recorded{made.log, recorded.entry->id, made.search->repository, made.search->result});
        if (session_) session_->searches++;
        return recorded;
    }

    rp::result<entry_page> list_entries(const list_entries_args &args) const
    {
        return research_log::list_entries(state_, args);
    }

    rp::result<activity> analyze_activity(const analyze_args &args) const { return analyze(state_, args); }

    rp::result<search_groups> find_duplicate_searches(const optional_text &log, std::optional<bool> all_logs) const
    {
        if (all_logs.value_or(false)) return find_duplicates(state_, nullptr);
        RP_LET(const log_entity *found, state_.find_log(log));
        return find_duplicates(state_, found);
    }

    rp::result<exported> export_log(format format, const optional_text &log) const
    {
        return research_log::export_log(state_, format, log);
    }

    rp::result<rp::entity_page<const log_entity *>> find_logs(const rp::query &query) const
    {
        return state_.logs().find(query);
    }

    rp::result<rp::entity_page<const entry_entity *>> find_entries(const rp::query &query) const
    {
        return state_.all_entries().find(query);
    }

    static rp::result<rp::changed> change(const rp::mutation &)
    {
        return rp::error(RP_CODE_NOT_SUPPORTED, "logs and entries are changed by commands only");
    }

    rp::result<void> session_started(const rp::host &host, session_started_data data)
    {
        std::string title = data.title ? *std::move(data.title) : data.session;
        std::string heading = "Session started: " + title;
        session_ = session{std::move(data.session), std::move(title), std::move(data.researcher)};
        return note_session(host, std::move(heading), {});
    }

    rp::result<void> session_ended(const rp::host &host, const session_ended_data &data)
    {
        if (!session_ || session_->id != data.session) {
            host.log(rp::level::info, "session " + data.session + " ended, which had not started here");
            return {};
        }
        std::string content = data.summary ? *data.summary + "\n\n" : std::string();
        content += std::to_string(session_->entries) + " entries, " + std::to_string(session_->searches) + " searches";
        RP_CHECK(note_session(host, "Session ended: " + session_->title, std::move(content)));
        session_.reset();
        return {};
    }

    static constexpr auto handlers = rp::handlers(
        rp::on_command("create_log", &module::create_log, "Creates a log. The first one is the active one at once."),
        rp::on_command("set_active_log", &module::set_active_log,
                       "Makes a log the active one: the one that commands mean when they name none.",
                       rp::arg("log", "The id of the log.")),
        rp::on_command("add_entry", &module::add_entry, "Adds an entry to a log."),
        rp::on_command(
            "record_search", &module::record_search,
            "Records a search, also one that found nothing: that is a finding too. Tells earlier searches of "
            "the log that were\nthe same."),
        rp::on_command("list_entries", &module::list_entries,
                       "Lists the entries of a log, the oldest first unless asked otherwise."),
        rp::on_command("analyze_activity", &module::analyze_activity,
                       "Counts what was done in a log, and tells what is still open."),
        rp::on_command("find_duplicate_searches", &module::find_duplicate_searches,
                       "Finds searches that were made more than once.", rp::arg("log", about_log),
                       rp::arg("all_logs", "Compares the searches of all logs instead.")),
        rp::on_command("export", &module::export_log, "Writes a log as JSON, Markdown or CSV.", "format",
                       rp::arg("log", about_log)),
        rp::on_query("research_log", &module::find_logs), rp::on_query("research_log_entry", &module::find_entries),
        rp::on_mutation("research_log", &module::change), rp::on_mutation("research_log_entry", &module::change),
        rp::on_event("research_session.started", &module::session_started),
        rp::on_event("research_session.ended", &module::session_ended),
        rp::emits<activated, created, entry_added, search_recorded>());

private:
    rp::result<void> activate(const rp::host &host, const std::string &log)
    {
        RP_CHECK(state_.activate(host, log));
        tell(host, activated{log});
        return {};
    }

    rp::result<const entry_entity *> add(const rp::host &host, entry entry)
    {
        RP_LET(const entry_entity *made, state_.add_entry(host, std::move(entry)));
        tell(host, entry_added{made->data.log, made->id, made->data.type, made->data.title});
        return made;
    }

    // Writes into the active log that a session began or ended; without an active log nothing.
    rp::result<void> note_session(const rp::host &host, std::string title, std::string content)
    {
        const rp::result<const log_entity *> log = state_.find_log({});
        if (!log) return {};
        entry entry;
        entry.type = entry_type::progress;
        entry.title = std::move(title);
        entry.content = std::move(content);
        entry.tags = {"session"};
        sign(entry, **log, {});
        RP_CHECK(add(host, std::move(entry)));
        return {};
    }

    // Fills in the log, who writes (the one that is named, else the session's, else the log's), and in which session.
    void sign(entry &entry, const log_entity &log, optional_text researcher) const
    {
        entry.log = log.id;
        entry.researcher = std::move(researcher);
        if (!entry.researcher && session_) entry.researcher = session_->researcher;
        if (!entry.researcher) entry.researcher = log.data.researcher;
        if (session_) entry.session = session_->id;
    }

    // Ids of entries, all of which must be in the log.
    rp::result<texts> known(std::string_view path, std::string_view log, optional_texts ids) const
    {
        texts known = std::move(ids).value_or(texts());
        for (std::size_t at = 0; at < known.size(); at++) {
            if (state_.has_entry(log, known[at])) continue;
            return rp::error(RP_CODE_NOT_FOUND, element(path, at) + ": the log has no entry " + known[at]);
        }
        return known;
    }

    state state_;
    std::optional<session> session_;
};

} // namespace research_log

RP_MODULE_CLASS(research_log::module,
                RP_MANIFEST("research-log-cpp", "0.1.0",
                            "A genealogist's research log in the sense of the Genealogical Proof Standard, in C++.",
                            RP_LICENSE("MIT OR Apache-2.0"), RP_PROVIDES("research_log", "research_log_entry"),
                            RP_REQUESTS(RP_READS("research_log.*"), RP_WRITES("research_log.*"),
                                        RP_EMITS("research_log.created", "research_log.activated",
                                                 "research_log.entry_added", "research_log.search_recorded"),
                                        RP_SUBSCRIBES("research_session.started", "research_session.ended"))));
