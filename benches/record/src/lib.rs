//! The typed command of the benchmark: six fields, two of them nested, and little work, so that the border is what shows.
use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// What `record` takes; borrowed where the text allows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry<'a> {
    #[serde(borrow)]
    pub title: Cow<'a, str>,
    #[serde(borrow)]
    pub date: Cow<'a, str>,
    pub year: u32,
    #[serde(borrow)]
    pub person: Person<'a>,
    #[serde(borrow)]
    pub sources: Vec<Source<'a>>,
    #[serde(borrow)]
    pub note: Cow<'a, str>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Person<'a> {
    #[serde(borrow)]
    pub name: Cow<'a, str>,
    pub born: u32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Source<'a> {
    #[serde(borrow)]
    pub repository: Cow<'a, str>,
    pub page: u32,
}

/// What `record` gives: the entry one year later, numbered by the length of its texts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Recorded<'a> {
    pub number: u64,
    #[serde(borrow)]
    pub entry: Entry<'a>,
}

/// The same, owned, as a caller keeps it.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Kept {
    pub number: u64,
    pub entry: KeptEntry,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct KeptEntry {
    pub title: String,
    pub date: String,
    pub year: u32,
    pub person: KeptPerson,
    pub sources: Vec<KeptSource>,
    pub note: String,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct KeptPerson {
    pub name: String,
    pub born: u32,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct KeptSource {
    pub repository: String,
    pub page: u32,
}

/// The work of the command.
pub fn record(mut entry: Entry<'_>) -> Recorded<'_> {
    entry.year += 1;
    Recorded { number: (entry.title.len() + entry.note.len()) as u64, entry }
}

/// The payload of the command, as a host writes it.
#[derive(Serialize, Deserialize)]
pub struct Payload<'a> {
    pub name: &'a str,
    #[serde(borrow)]
    pub args: Entry<'a>,
}

/// The response of the command, as a module writes it.
#[derive(Serialize)]
pub struct Response<'a> {
    pub status: &'a str,
    pub data: Recorded<'a>,
}

/// The response of the command, as a caller reads it.
#[derive(Deserialize)]
pub struct KeptResponse {
    pub status: String,
    pub data: Kept,
}

/// An entry whose payload has about `size` bytes, with escapes in its texts or without.
pub fn entry(size: usize, has_escapes: bool) -> Entry<'static> {
    let mut entry = Entry {
        title: text(has_escapes, "Census of 1851", "Census \"1851\"").into(),
        date: "1851-03-30".into(),
        year: 1851,
        person: Person { name: "Ann Smith".into(), born: 1823 },
        sources: Vec::new(),
        note: "".into(),
    };
    let repository =
        text(has_escapes, "Essex Record Office, Chelmsford", "Essex\tRecord Office \\ Chelmsford");
    let sentence = text(
        has_escapes,
        "The page is torn, and the age hard to read. ",
        "The page is \"torn\";\nage unread. ",
    );
    // Half of what is left to sources, half to the note.
    while size_of_payload(&entry) + 128 < size / 2 {
        let page = entry.sources.len() as u32;
        entry.sources.push(Source { repository: repository.into(), page });
    }
    let mut note = String::new();
    while size_of_payload(&entry) + note.len() + sentence.len() <= size {
        note += sentence;
    }
    entry.note = note.into();
    entry
}

fn text(has_escapes: bool, plain: &'static str, escaped: &'static str) -> &'static str {
    if has_escapes { escaped } else { plain }
}

fn size_of_payload(entry: &Entry<'_>) -> usize {
    let payload = Payload { name: "record", args: entry.clone() };
    serde_json::to_string(&payload).expect("an entry is JSON").len()
}
