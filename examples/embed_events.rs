//! A program that works with its modules: it fills the store, hears their events, answers a message type of its own.
//!
//! `cargo run --example embed_events [FOLDER]`, where FOLDER has the modules; without it, where cargo leaves them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::time::Duration;

use rp_host::store::{Changed, SqliteStore};
use rp_host::{Grants, Host, LoadOptions, ServiceError, library_file_name};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let program = std::env::current_exe()?;
    let built = || program.ancestors().nth(2).unwrap_or(Path::new(".")).join("deps");
    for line in run(&std::env::args_os().nth(1).map_or_else(built, PathBuf::from))? {
        println!("{line}");
    }
    Ok(())
}

#[derive(Serialize)]
struct Note {
    parish: &'static str,
    year: u16,
}

#[derive(Deserialize)]
struct Match {
    surname: String,
}

/// Lets a module and the program work together; answers what happened.
pub fn run(modules: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let (sender, changes) = mpsc::channel();
    let host = Host::builder()
        .store(Arc::new(SqliteStore::in_memory()?))
        .count_calls()
        // Called on a thread of its own with each event that fits.
        .on_event("entity.*", move |event| sender.send(event.name.clone()).unwrap_or_default())
        // What modules send as `genealogy.match`; what is no Match is answered for it, with the place that is wrong.
        .service_typed("genealogy.match", |request, wanted: Match| match wanted.surname.as_str() {
            "" => Err(ServiceError::new("invalid_payload", "surname: empty")),
            surname => Ok(json!({"people": [surname], "asked_by": request.sender})),
        })
        .build();
    let patterns = |list: &[&str]| list.iter().map(ToString::to_string).collect();
    let grants = Grants { read: patterns(&["note"]), emit: patterns(&["match.*"]), ..Grants::default() };
    let module = modules.join(library_file_name("test-relay"));
    host.load_with(module, LoadOptions::new().instance("scout").grants(grants))?;
    // The module sends to the host whatever it is told to send.
    let send = |message_type: &str, payload: Value| -> Result<Value, rp_host::Error> {
        host.command("scout", "send", &json!({"type": message_type, "payload": payload}))
    };
    let mut lines = Vec::new();

    // The program owns the host and needs no grants.
    let note = Note { parish: "Blankenhain", year: 1742 };
    let made: Changed = host.mutate(&json!({"entity": "note", "operation": "create", "data": note}))?;
    let found = send("query", json!({"entity": "note", "id": made.id}))?;
    lines.push(format!("the scout found {}", found["entities"][0]["data"]["parish"]));
    lines.push(format!("the program heard {}", changes.recv()?));

    // Events that the program takes when it likes, at most 16 of them waiting.
    let matches = host.subscribe("match.*", 16)?;
    let people = send("genealogy.match", json!({"surname": "Ryan"}))?;
    send("event", json!({"event": "match.found", "data": people}))?;
    let event = matches.next(Duration::from_secs(10)).ok_or("no event came")?;
    let people: Value = event.data()?;
    lines.push(format!("{} told of {} by {}", event.from, people["people"][0], event.name));
    if let Err(error) = send("genealogy.match", json!({"surname": 7})) {
        lines.push(error.to_string());
    }
    let counters = host.instance("scout").and_then(|scout| scout.counters()).ok_or("the host counts")?;
    lines.push(format!("{} messages, {} of them answered with an error", counters.calls, counters.errors));
    host.unload("scout")?;
    Ok(lines)
}
