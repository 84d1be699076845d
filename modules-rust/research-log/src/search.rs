//! `record_search`.
use rp_sdk::{Entity, Result};

use crate::args::{RecordSearch, check_text, refused};
use crate::duplicates::Key;
use crate::model::{Entry, EntryType, Search, SearchResult};
use crate::state::State;

/// What `record_search` answers.
#[rp_sdk::data]
pub struct Recorded {
    pub entry: Entity<Entry>,
    /// Ids of earlier entries of the log that record the same search.
    pub same_as: Vec<String>,
}

/// Checks what the types do not: the Genealogical Proof Standard wants citations, and negative findings kept apart.
pub fn check(args: &RecordSearch) -> Result<()> {
    check_text("repository", &args.repository)?;
    if args.terms.is_empty() {
        return Err(refused("terms", "expected at least one"));
    }
    for (at, term) in args.terms.iter().enumerate() {
        check_text(&format!("terms[{at}]"), term)?;
    }
    let documents = args.documents.as_deref().unwrap_or_default();
    let result = args.result.word();
    match (args.result.has_documents(), documents.is_empty()) {
        (true, true) => {
            return Err(refused("documents", &format!("expected at least one, for the result is {result}")));
        }
        (false, false) => {
            return Err(refused("documents", &format!("expected none, for the result is {result}")));
        }
        _ => {}
    }
    for (at, document) in documents.iter().enumerate() {
        check_text(&format!("documents[{at}].title"), &document.title)?;
        check_text(&format!("documents[{at}].citation"), &document.citation)?;
    }
    let findings = args.negative_findings.iter().flatten().enumerate();
    for (at, finding) in findings {
        check_text(&format!("negative_findings[{at}]"), finding)?;
    }
    args.title.as_ref().map_or(Ok(()), |title| check_text("title", title))
}

/// The entry that records a search.
pub fn entry(args: RecordSearch, log: String, researcher: Option<String>, session: Option<String>) -> Entry {
    let what = what(&args);
    let mut negative_findings = args.negative_findings.unwrap_or_default();
    if args.result == SearchResult::None && negative_findings.is_empty() {
        negative_findings.push(format!("Not found: {what}"));
    }
    let search = Search {
        repository: args.repository,
        collection: args.collection,
        terms: args.terms,
        variants: args.variants.unwrap_or_default(),
        filters: args.filters.unwrap_or_default(),
        period: args.period,
        place: args.place,
        result: args.result,
        documents: args.documents.unwrap_or_default(),
        negative_findings,
    };
    Entry {
        log,
        number: 0,
        r#type: EntryType::Search,
        title: args.title.unwrap_or(what),
        content: args.notes.unwrap_or_default(),
        tags: args.tags.unwrap_or_default(),
        references: Vec::new(),
        resolves: Vec::new(),
        contradicts: Vec::new(),
        researcher,
        session,
        metadata: args.metadata.unwrap_or_default(),
        search: Some(search),
    }
}

/// `John Ryan, Ryan in Parish registers, Cork City Archives`.
fn what(args: &RecordSearch) -> String {
    let collection = args.collection.as_ref().map_or(String::new(), |collection| format!("{collection}, "));
    format!("{} in {collection}{}", args.terms.join(", "), args.repository)
}

/// Entries of the same log that record the same search.
pub fn earlier(state: &State, entry: &Entry) -> Vec<String> {
    let Some(search) = &entry.search else { return Vec::new() };
    let key = Key::of(search);
    let is_same =
        |found: &&Entity<Entry>| found.data.search.as_ref().is_some_and(|found| Key::of(found) == key);
    state.entries_of(&entry.log).filter(is_same).map(|found| found.id.clone()).collect()
}
