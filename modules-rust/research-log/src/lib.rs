//! A genealogist's research log: what was asked, where it was searched, what was found and what was not, what was
//! concluded. The Genealogical Proof Standard asks for all of it: a search reasonably exhaustive, complete citations,
//! conflicts resolved, a conclusion in writing.
//!
//! `BEHAVIOUR.md` says what every language's version does.
mod activity;
mod args;
mod duplicates;
mod events;
mod export;
mod listing;
mod model;
mod search;
mod state;
mod time;

use rp_sdk::protocol::{Mutation, Query};
use rp_sdk::{Changed, Entities, Entity, Error, Host, RawObject, Result, module};

use args::{AddEntry, Analyze, CreateLog, Format, ListEntries, RecordSearch, SessionEnded, SessionStarted};
use args::{check_text, refused};
use events::{Activated, Created, EntryAdded, SearchRecorded, emit};
use model::{Entry, EntryType, Log};
use search::Recorded;
use state::{Keeper, State};

#[derive(Default)]
struct ResearchLog {
    state: State,
    session: Option<Session>,
}

/// The research session that goes on.
struct Session {
    id: String,
    title: String,
    researcher: Option<String>,
    entries: u64,
    searches: u64,
}

#[rp_sdk::data]
#[derive(Default)]
#[serde(default, deny_unknown_fields)]
struct Config {
    state: Keeper,
}

#[module(
    emits = [Created, Activated, EntryAdded, SearchRecorded],
    read = ["research_log.*"],
    write = ["research_log.*"],
)]
impl ResearchLog {
    #[init]
    fn init(&mut self, host: Host, config: Config) -> Result<()> {
        self.state = State::open(config.state, host)?;
        Ok(())
    }

    /// Creates a log. The first one is the active one at once.
    #[command]
    fn create_log(&mut self, host: Host, args: CreateLog) -> Result<Entity<Log>> {
        check_text("title", &args.title)?;
        let log = Log {
            number: self.state.logs.len() as u64 + 1,
            title: args.title,
            objective: args.objective,
            subject: args.subject,
            researcher: args.researcher,
            tags: args.tags.unwrap_or_default(),
            metadata: args.metadata.unwrap_or_default(),
        };
        let log = self.state.add_log(host, log)?.clone();
        let (id, number, title) = (log.id.clone(), log.data.number, log.data.title.clone());
        emit(host, &Created { log: id, number, title });
        if !self.state.has_active() {
            self.activate(host, &log.id)?;
        }
        Ok(log)
    }

    /// Makes a log the active one: the one that commands mean when they name none.
    #[command]
    fn set_active_log(
        &mut self,
        host: Host,
        /// The id of the log.
        log: String,
    ) -> Result<Entity<Log>> {
        let log = self.state.log(Some(&log))?.clone();
        self.activate(host, &log.id)?;
        Ok(log)
    }

    /// Adds an entry to a log.
    #[command]
    fn add_entry(&mut self, host: Host, args: AddEntry) -> Result<Entity<Entry>> {
        let log = self.state.log(args.log.as_deref())?;
        if args.r#type == EntryType::Search {
            return Err(refused("type", "a search is recorded with record_search"));
        }
        check_text("title", &args.title)?;
        let entry = Entry {
            log: log.id.clone(),
            number: 0,
            r#type: args.r#type,
            title: args.title,
            content: args.content.unwrap_or_default(),
            tags: args.tags.unwrap_or_default(),
            references: args.references.unwrap_or_default(),
            resolves: self.known("resolves", &log.id, args.resolves)?,
            contradicts: self.known("contradicts", &log.id, args.contradicts)?,
            researcher: self.researcher(args.researcher, log),
            session: self.session_id(),
            metadata: args.metadata.unwrap_or_default(),
            search: None,
        };
        let entry = self.add(host, entry)?;
        self.count(|session| session.entries += 1);
        Ok(entry)
    }

    /// Records a search, also one that found nothing: that is a finding too. Tells earlier searches of the log that were
    /// the same.
    #[command]
    fn record_search(&mut self, host: Host, args: RecordSearch) -> Result<Recorded> {
        let log = self.state.log(args.log.as_deref())?;
        search::check(&args)?;
        let researcher = self.researcher(args.researcher.clone(), log);
        let entry = search::entry(args, log.id.clone(), researcher, self.session_id());
        let same_as = search::earlier(&self.state, &entry);
        let entry = self.state.add_entry(host, entry)?.clone();
        if let Some(search) = &entry.data.search {
            let (repository, result) = (search.repository.clone(), search.result);
            emit(
                host,
                &SearchRecorded { log: entry.data.log.clone(), entry: entry.id.clone(), repository, result },
            );
        }
        self.count(|session| session.searches += 1);
        Ok(Recorded { entry, same_as })
    }

    /// Lists the entries of a log, the oldest first unless asked otherwise.
    #[command]
    fn list_entries(&self, args: ListEntries) -> Result<listing::Page<&Entity<Entry>>> {
        listing::list(&self.state, &args)
    }

    /// Counts what was done in a log, and tells what is still open.
    #[command]
    fn analyze_activity(&self, args: Analyze) -> Result<activity::Activity> {
        activity::analyze(&self.state, &args)
    }

    /// Finds searches that were made more than once.
    #[command]
    fn find_duplicate_searches(
        &self,
        /// The id of a log; the active one unless given.
        log: Option<String>,
        /// Compares the searches of all logs instead.
        all_logs: Option<bool>,
    ) -> Result<duplicates::Groups> {
        match all_logs {
            Some(true) => Ok(duplicates::find(&self.state, None)),
            _ => Ok(duplicates::find(&self.state, Some(&self.state.log(log.as_deref())?.id))),
        }
    }

    /// Writes a log as JSON, Markdown or CSV.
    #[command]
    fn export(
        &self,
        format: Format,
        /// The id of a log; the active one unless given.
        log: Option<String>,
    ) -> Result<export::Export> {
        export::export(&self.state, format, log.as_deref())
    }

    #[query("research_log")]
    fn logs(&self, query: &Query<'_>) -> Result<Entities<&Entity<Log>>> {
        self.state.logs.find(query)
    }

    #[query("research_log_entry")]
    fn entries(&self, query: &Query<'_>) -> Result<Entities<&Entity<Entry>>> {
        self.state.entries.find(query)
    }

    #[mutation("research_log", "research_log_entry")]
    fn change(_: &Mutation<'_>) -> Result<Changed> {
        Err(Error::not_supported("logs and entries are changed by commands only"))
    }

    #[on("research_session.started")]
    fn session_started(&mut self, host: Host, data: SessionStarted) -> Result<()> {
        let SessionStarted { session, title, researcher } = data;
        let title = title.unwrap_or_else(|| session.clone());
        let heading = format!("Session started: {title}");
        self.session = Some(Session { id: session, title, researcher, entries: 0, searches: 0 });
        self.note_session(host, heading, String::new())
    }

    #[on("research_session.ended")]
    fn session_ended(&mut self, host: Host, data: SessionEnded) -> Result<()> {
        let Some(session) = self.session.as_ref().filter(|session| session.id == data.session) else {
            host.info(format!("session {} ended, which had not started here", data.session));
            return Ok(());
        };
        let counts = format!("{} entries, {} searches", session.entries, session.searches);
        let content = data.summary.map_or_else(|| counts.clone(), |summary| format!("{summary}\n\n{counts}"));
        let heading = format!("Session ended: {}", session.title);
        self.note_session(host, heading, content)?;
        self.session = None;
        Ok(())
    }

    fn activate(&mut self, host: Host, log: &str) -> Result<()> {
        self.state.activate(host, log)?;
        emit(host, &Activated { log: log.to_owned() });
        Ok(())
    }

    fn add(&mut self, host: Host, entry: Entry) -> Result<Entity<Entry>> {
        let entry = self.state.add_entry(host, entry)?.clone();
        let (id, title) = (entry.id.clone(), entry.data.title.clone());
        emit(host, &EntryAdded { log: entry.data.log.clone(), entry: id, r#type: entry.data.r#type, title });
        Ok(entry)
    }

    /// Writes into the active log that a session began or ended; without an active log nothing.
    fn note_session(&mut self, host: Host, title: String, content: String) -> Result<()> {
        let Ok(log) = self.state.log(None) else { return Ok(()) };
        let entry = Entry {
            log: log.id.clone(),
            number: 0,
            r#type: EntryType::Progress,
            title,
            content,
            tags: vec!["session".to_owned()],
            references: Vec::new(),
            resolves: Vec::new(),
            contradicts: Vec::new(),
            researcher: self.researcher(None, log),
            session: self.session_id(),
            metadata: RawObject::default(),
            search: None,
        };
        self.add(host, entry).map(drop)
    }

    /// Who writes: the one that the command names, else the session's, else the log's.
    fn researcher(&self, named: Option<String>, log: &Entity<Log>) -> Option<String> {
        let of_session = || self.session.as_ref().and_then(|session| session.researcher.clone());
        named.or_else(of_session).or_else(|| log.data.researcher.clone())
    }

    fn session_id(&self) -> Option<String> {
        self.session.as_ref().map(|session| session.id.clone())
    }

    fn count(&mut self, count: impl FnOnce(&mut Session)) {
        if let Some(session) = &mut self.session {
            count(session);
        }
    }

    /// Ids of entries, all of which must be in the log.
    fn known(&self, path: &str, log: &str, ids: Option<Vec<String>>) -> Result<Vec<String>> {
        let ids = ids.unwrap_or_default();
        for (at, id) in ids.iter().enumerate() {
            if !self.state.entries_of(log).any(|entry| entry.id == *id) {
                return Err(Error::not_found(format_args!("{path}[{at}]: the log has no entry {id}")));
            }
        }
        Ok(ids)
    }
}
