//! What the commands take. Whatever is optional may also be null.
use rp_sdk::{Error, RawObject, Result};

use crate::model::{Document, EntryType, Period, SearchResult};

#[rp_sdk::args]
pub struct CreateLog {
    pub title: String,
    /// The question that the research is to answer.
    pub objective: Option<String>,
    /// Who or what it is about.
    pub subject: Option<String>,
    /// Who keeps the log; entries without a researcher are theirs.
    pub researcher: Option<String>,
    pub tags: Option<Vec<String>>,
    pub metadata: Option<RawObject>,
}

#[rp_sdk::args]
pub struct AddEntry {
    /// Any but search; that is what record_search is for.
    pub r#type: EntryType,
    pub title: String,
    pub content: Option<String>,
    pub tags: Option<Vec<String>>,
    /// Citations, addresses, whatever leads to the source.
    pub references: Option<Vec<String>>,
    /// Ids of entries of the log that this one settles: the question answered, the task done, the conflict explained.
    pub resolves: Option<Vec<String>>,
    /// Ids of entries of the log that this one speaks against.
    pub contradicts: Option<Vec<String>>,
    pub researcher: Option<String>,
    pub metadata: Option<RawObject>,
    /// The id of a log; the active one unless given.
    pub log: Option<String>,
}

#[rp_sdk::args]
pub struct RecordSearch {
    /// The archive, library or site.
    pub repository: String,
    /// The record group, film or database.
    pub collection: Option<String>,
    /// What was looked for, at least one.
    pub terms: Vec<String>,
    /// Other spellings that were tried.
    pub variants: Option<Vec<String>>,
    /// How the search was narrowed.
    pub filters: Option<RawObject>,
    pub period: Option<Period>,
    pub place: Option<String>,
    pub result: SearchResult,
    /// What was found, each with its citation; at least one for found and partial, none otherwise.
    pub documents: Option<Vec<Document>>,
    /// What was not there, in a sentence each; for none one is written if none is given.
    pub negative_findings: Option<Vec<String>>,
    /// Made of terms, collection and repository unless given.
    pub title: Option<String>,
    pub notes: Option<String>,
    pub tags: Option<Vec<String>>,
    pub researcher: Option<String>,
    pub metadata: Option<RawObject>,
    /// The id of a log; the active one unless given.
    pub log: Option<String>,
}

#[rp_sdk::args]
pub struct ListEntries {
    /// The id of a log; the active one unless given.
    pub log: Option<String>,
    /// Entries of any of these types.
    pub types: Option<Vec<EntryType>>,
    /// Entries that have all of these tags.
    pub tags: Option<Vec<String>>,
    pub researcher: Option<String>,
    pub session: Option<String>,
    /// Entries with this text in title or content; the case of A to Z does not matter.
    pub text: Option<String>,
    /// Entries made at this time or later: UTC, microseconds since 1970.
    pub since_us: Option<i64>,
    /// Entries made before this time.
    pub until_us: Option<i64>,
    pub order: Option<Order>,
    /// At most so many; 100 unless given.
    pub limit: Option<u64>,
    pub offset: Option<u64>,
}

/// Which entries come first.
#[rp_sdk::data]
#[derive(Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Order {
    Oldest,
    Newest,
}

#[rp_sdk::args]
pub struct Analyze {
    /// The id of a log; the active one unless given.
    pub log: Option<String>,
    /// Counts entries made at this time or later: UTC, microseconds since 1970.
    pub since_us: Option<i64>,
    /// Counts entries made before this time.
    pub until_us: Option<i64>,
}

/// The form of an export.
#[rp_sdk::data]
#[derive(Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    Json,
    Markdown,
    Csv,
}

#[rp_sdk::args]
pub struct SessionStarted {
    pub session: String,
    pub title: Option<String>,
    pub researcher: Option<String>,
}

#[rp_sdk::args]
pub struct SessionEnded {
    pub session: String,
    pub summary: Option<String>,
}

/// Refuses text of nothing but space.
pub fn check_text(path: &str, text: &str) -> Result<()> {
    let is_space = |byte: u8| matches!(byte, b' ' | b'\t' | b'\n' | b'\r');
    if text.bytes().all(is_space) { Err(refused(path, "must not be empty")) } else { Ok(()) }
}

/// The refusal of an argument, as the SDK makes them.
pub fn refused(path: &str, text: &str) -> Error {
    Error::invalid_payload(format_args!("{path}: {text}")).with_details(&rp_sdk::json!({ "path": path }))
}
