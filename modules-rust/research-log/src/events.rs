//! The events of the module.
use rp_sdk::{EventData, Host};

use crate::model::{EntryType, SearchResult};

/// A log was created.
#[rp_sdk::event("research_log.created")]
pub struct Created {
    pub log: String,
    pub number: u64,
    pub title: String,
}

/// Another log is the active one now.
#[rp_sdk::event("research_log.activated")]
pub struct Activated {
    pub log: String,
}

/// An entry was added.
#[rp_sdk::event("research_log.entry_added")]
pub struct EntryAdded {
    pub log: String,
    pub entry: String,
    pub r#type: EntryType,
    pub title: String,
}

/// A search was recorded.
#[rp_sdk::event("research_log.search_recorded")]
pub struct SearchRecorded {
    pub log: String,
    pub entry: String,
    pub repository: String,
    pub result: SearchResult,
}

/// Emits an event of what has happened already: where it cannot be emitted, the log says so.
pub fn emit<E: EventData>(host: Host, event: &E) {
    if let Err(error) = host.emit(event) {
        host.warn(format!("{} was not emitted: {}", E::NAME, error.text()));
    }
}
