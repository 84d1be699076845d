//! The names in a client in TypeScript.

use crate::language::Job;
use crate::name::{Scope, camel, pascal, words};
use crate::text::quoted;

/// Of everything that has one.
pub struct Names {
    pub client: String,
    /// Of the shapes.
    pub types: Vec<String>,
    /// Of the commands.
    pub methods: Vec<String>,
    /// Of the events.
    pub events: Vec<String>,
    /// Of the union of all events.
    pub event: String,
}

/// What stands at the top of the file, or is everywhere.
const TOP: &[&str] = &[
    "Json",
    "JsonObject",
    "Incoming",
    "Outgoing",
    "ServedEvent",
    "Answer",
    "Waiting",
    "RpError",
    "Connection",
    "Error",
    "Promise",
    "Map",
    "Set",
    "JSON",
    "TextDecoder",
    "String",
    "AsyncIterable",
    "Uint8Array",
];

impl Names {
    pub fn of(job: &Job<'_>) -> Names {
        let mut top = Scope::with(TOP.iter().copied());
        let client = top.take(&pascal(&job.name));
        let event = top.take(&format!("{client}Event"));
        let types = job.model.shapes.iter().map(|shape| top.take(&pascal(&shape.name))).collect();
        let message = |name: &str| format!("{}Message", pascal(&words(name)));
        let events = job.model.events.iter().map(|event| top.take(&message(&event.name))).collect();
        let mut scope =
            Scope::with(["constructor", "connection", "instance", "deadlineMs", "command", "subscribe"]);
        let methods = job.model.commands.iter().map(|one| scope.take(&camel(&words(&one.name)))).collect();
        Names { client, types, methods, events, event }
    }
}

/// A property's key: bare where it can be.
pub fn key(key: &str) -> String {
    let is_bare = key.starts_with(|first: char| first.is_alphabetic() || matches!(first, '_' | '$'))
        && key.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'));
    if is_bare { key.to_owned() } else { quoted(key) }
}
