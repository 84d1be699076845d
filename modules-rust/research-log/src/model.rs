//! What a log holds. The order of fields is the order in JSON.
use rp_sdk::RawObject;

/// A log: one question, pursued until it is answered.
#[rp_sdk::data]
#[derive(Clone)]
pub struct Log {
    /// Counts the logs, from 1.
    pub number: u64,
    pub title: String,
    /// The question that the research is to answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub objective: Option<String>,
    /// Who or what it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Who keeps the log.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub researcher: Option<String>,
    pub tags: Vec<String>,
    pub metadata: RawObject,
}

/// One line of a log.
#[rp_sdk::data]
#[derive(Clone)]
pub struct Entry {
    /// The id of the log.
    pub log: String,
    /// Counts the entries of the log, from 1.
    pub number: u64,
    pub r#type: EntryType,
    pub title: String,
    pub content: String,
    pub tags: Vec<String>,
    /// Citations, addresses, whatever leads to the source.
    pub references: Vec<String>,
    /// Ids of entries that this one settles.
    pub resolves: Vec<String>,
    /// Ids of entries that this one speaks against.
    pub contradicts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub researcher: Option<String>,
    /// The research session in which it was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
    pub metadata: RawObject,
    /// Of an entry of type search: what was searched, and what came of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<Search>,
}

/// What kind of line it is.
#[rp_sdk::data]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum EntryType {
    Note,
    Observation,
    Question,
    Hypothesis,
    Conclusion,
    Task,
    Progress,
    Search,
}

impl EntryType {
    pub fn word(self) -> &'static str {
        match self {
            EntryType::Note => "note",
            EntryType::Observation => "observation",
            EntryType::Question => "question",
            EntryType::Hypothesis => "hypothesis",
            EntryType::Conclusion => "conclusion",
            EntryType::Task => "task",
            EntryType::Progress => "progress",
            EntryType::Search => "search",
        }
    }
}

/// A search: where, for what, and what came of it. A search that found nothing is a finding.
#[rp_sdk::data]
#[derive(Clone)]
pub struct Search {
    /// The archive, library or site.
    pub repository: String,
    /// The record group, film or database.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub collection: Option<String>,
    /// What was looked for.
    pub terms: Vec<String>,
    /// Other spellings that were tried.
    pub variants: Vec<String>,
    /// How the search was narrowed.
    pub filters: RawObject,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<Period>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    pub result: SearchResult,
    /// What was found, each with its citation.
    pub documents: Vec<Document>,
    /// What was not there, in a sentence each.
    pub negative_findings: Vec<String>,
}

/// The years or dates that a search covered, as the researcher writes them.
#[rp_sdk::data]
#[derive(Clone)]
pub struct Period {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
}

/// What came of a search.
#[rp_sdk::data]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum SearchResult {
    Found,
    Partial,
    None,
    AccessDenied,
}

impl SearchResult {
    pub fn word(self) -> &'static str {
        match self {
            SearchResult::Found => "found",
            SearchResult::Partial => "partial",
            SearchResult::None => "none",
            SearchResult::AccessDenied => "access_denied",
        }
    }

    /// Whether there are documents to cite.
    pub fn has_documents(self) -> bool {
        matches!(self, SearchResult::Found | SearchResult::Partial)
    }
}

/// A document that a search found.
#[rp_sdk::data]
#[derive(Clone)]
pub struct Document {
    pub title: String,
    /// Complete enough for another researcher to find the very page.
    pub citation: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
