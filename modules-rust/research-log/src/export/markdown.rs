//! A report for people.
use std::fmt::Write;

use rp_sdk::Entity;

use crate::model::{Entry, Log, Search};
use crate::time;

pub fn write(log: &Log, entries: &[&Entity<Entry>]) -> String {
    let mut out = format!("# {}\n\n", line(&log.title));
    item(&mut out, "Objective", log.objective.as_deref());
    item(&mut out, "Subject", log.subject.as_deref());
    item(&mut out, "Researcher", log.researcher.as_deref());
    list(&mut out, "Tags", &log.tags);
    item(&mut out, "Entries", Some(&entries.len().to_string()));
    for entry in entries {
        write_entry(&mut out, entry, entries);
    }
    out
}

fn write_entry(out: &mut String, entry: &Entity<Entry>, entries: &[&Entity<Entry>]) {
    let data = &entry.data;
    push(out, format_args!("\n## {}. {}: {}\n\n", data.number, data.r#type.word(), line(&data.title)));
    if !data.content.is_empty() {
        push(out, format_args!("{}\n\n", data.content));
    }
    item(out, "Date", Some(&time::moment(entry.created_us)));
    item(out, "Researcher", data.researcher.as_deref());
    item(out, "Session", data.session.as_deref());
    list(out, "Tags", &data.tags);
    if let Some(search) = &data.search {
        write_search(out, search);
    }
    list(out, "References", &data.references);
    list(out, "Resolves", &numbers(&data.resolves, entries));
    list(out, "Contradicts", &numbers(&data.contradicts, entries));
}

fn write_search(out: &mut String, search: &Search) {
    item(out, "Repository", Some(&search.repository));
    item(out, "Collection", search.collection.as_deref());
    list(out, "Terms", &search.terms);
    list(out, "Variants", &search.variants);
    if let Some(period) = &search.period {
        let end = |end: &Option<String>| end.clone().unwrap_or_default();
        item(out, "Period", Some(&format!("{} to {}", end(&period.from), end(&period.to))));
    }
    item(out, "Place", search.place.as_deref());
    item(out, "Result", Some(search.result.word()));
    for document in &search.documents {
        item(out, "Document", Some(&format!("{}: {}", document.title, document.citation)));
    }
    for finding in &search.negative_findings {
        item(out, "Negative finding", Some(finding));
    }
}

/// The numbers of entries, for people: `#3`.
fn numbers(ids: &[String], entries: &[&Entity<Entry>]) -> Vec<String> {
    let number = |id: &String| entries.iter().find(|entry| entry.id == *id).map(|entry| entry.data.number);
    ids.iter().filter_map(number).map(|number| format!("#{number}")).collect()
}

fn item(out: &mut String, name: &str, text: Option<&str>) {
    if let Some(text) = text {
        push(out, format_args!("- {name}: {}\n", line(text)));
    }
}

fn list(out: &mut String, name: &str, texts: &[String]) {
    if !texts.is_empty() {
        item(out, name, Some(&texts.join("; ")));
    }
}

/// What must stand on one line: its breaks become spaces.
fn line(text: &str) -> String {
    text.replace(['\r', '\n'], " ")
}

fn push(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing into a String does not fail.
    let _ = out.write_fmt(text);
}
