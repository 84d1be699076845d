//! Logs and entries, in memory and, where the configuration says so, in the host's store.
use rp_sdk::{Collection, Entity, Error, Host, OrRefuse, Result, code};

use crate::model::{Entry, Log};

const LOG: &str = "research_log.log";
const ENTRY: &str = "research_log.entry";
const STATE: &str = "research_log.state";
const ACTIVE: &str = "active";

/// Where the state is kept.
#[rp_sdk::data]
#[derive(Clone, Copy, Default, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Keeper {
    /// In the instance: it ends with it.
    #[default]
    Instance,
    /// In the host's store, read at `init` and written at each change.
    Store,
}

/// The document that remembers the active log.
#[rp_sdk::data]
struct Active {
    log: String,
}

/// All that the module knows.
#[derive(Default)]
pub struct State {
    pub logs: Collection<Log>,
    pub entries: Collection<Entry>,
    active: Option<String>,
    keeper: Keeper,
}

impl State {
    /// Opens the state; a store that may not be read and written is an error.
    pub fn open(keeper: Keeper, host: Host) -> Result<State> {
        let mut state = State { keeper, ..State::default() };
        if keeper == Keeper::Store {
            state.read(host)?;
        }
        Ok(state)
    }

    fn read(&mut self, host: Host) -> Result<()> {
        let active = host.query(STATE).filter("$id", ACTIVE).first::<Active>()?;
        self.logs = host.query(LOG).sort("number").fetch()?.entities.into_iter().collect();
        self.entries = host.query(ENTRY).sort("number").fetch()?.entities.into_iter().collect();
        [STATE, LOG, ENTRY].into_iter().try_for_each(|entity| check_write(host, entity))?;
        self.active = active.map(|active| active.data.log);
        Ok(())
    }

    /// The log of an id, or the active one.
    pub fn log(&self, id: Option<&str>) -> Result<&Entity<Log>> {
        let id = match id {
            Some(id) => id,
            None => self
                .active
                .as_deref()
                .or_conflict("there is no active log: create one, or name one in log")?,
        };
        self.logs.get(id).map_err(|_| Error::not_found(format_args!("there is no log {id}")))
    }

    pub fn has_active(&self) -> bool {
        self.active.is_some()
    }

    /// The entries of a log, in order.
    pub fn entries_of<'a>(&'a self, log: &'a str) -> impl DoubleEndedIterator<Item = &'a Entity<Entry>> {
        self.entries.iter().filter(move |entry| entry.data.log == log)
    }

    pub fn activate(&mut self, host: Host, log: &str) -> Result<()> {
        if self.keeper == Keeper::Store {
            let active = Active { log: log.to_owned() };
            match self.active {
                None => host.create_as(STATE, ACTIVE, &active)?,
                Some(_) => host.update(STATE, ACTIVE, None, &active)?,
            };
        }
        self.active = Some(log.to_owned());
        Ok(())
    }

    pub fn add_log(&mut self, host: Host, log: Log) -> Result<&Entity<Log>> {
        let now_us = host.now_us()?;
        let id = host.new_id_at(now_us)?;
        if self.keeper == Keeper::Store {
            host.create_as(LOG, &id, &log)?;
        }
        self.logs.create_at(now_us, id, log)
    }

    /// Adds an entry under the next number of its log.
    pub fn add_entry(&mut self, host: Host, mut entry: Entry) -> Result<&Entity<Entry>> {
        let last = self.entries_of(&entry.log).next_back();
        entry.number = last.map_or(1, |last| last.data.number + 1);
        let now_us = host.now_us()?;
        let id = host.new_id_at(now_us)?;
        if self.keeper == Keeper::Store {
            host.create_as(ENTRY, &id, &entry)?;
        }
        self.entries.create_at(now_us, id, entry)
    }
}

/// Asks for what cannot be: an answer other than that it is not there says that writing is not allowed.
fn check_write(host: Host, entity: &str) -> Result<()> {
    match host.delete(entity, "none", None) {
        Err(error) if error.code() != code::NOT_FOUND => Err(error),
        _ => Ok(()),
    }
}
