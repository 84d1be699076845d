//! A program that lets modules extend it: one writes notes into the store, the other hears of it and finds them.
//!
//! `cargo run --example embed [FOLDER]`, where FOLDER has the modules; without it, where cargo leaves them.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{Grants, Host, Instance, LoadOptions, library_file_name};
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(built, |folder| Ok(PathBuf::from(folder)))?;
    for line in run(&folder)? {
        println!("{line}");
    }
    Ok(())
}

/// Where cargo leaves modules, beside the folder of this example.
fn built() -> std::io::Result<PathBuf> {
    let program = std::env::current_exe()?;
    Ok(program.ancestors().nth(2).unwrap_or(Path::new(".")).join("deps"))
}

/// Loads two instances and lets them work; answers what happened.
pub fn run(modules: &Path) -> Result<Vec<String>, Box<dyn Error>> {
    let host = Host::builder()
        .name("embed")
        .store(Arc::new(SqliteStore::in_memory()?))
        .on_log(|line| eprintln!("{} {}: {}", line.level.as_str(), line.instance, line.text))
        .build();
    // Both are the module test-relay, which asks the host whatever it is told to ask.
    let module = modules.join(library_file_name("test-relay"));
    let list = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let of_scribe = Grants { write: list(&["note"]), call: list(&["reader"]), ..Grants::default() };
    let of_reader = Grants { read: list(&["note"]), subscribe: list(&["entity.*"]), ..Grants::default() };
    let scribe = host.load_with(&module, LoadOptions::new().instance("scribe").grants(of_scribe))?;
    let reader = host.load_with(&module, LoadOptions::new().instance("reader").grants(of_reader))?;

    let mut lines = Vec::new();
    for (parish, year) in [("Blankenhain", 1742), ("Kranichfeld", 1769)] {
        let data = json!({"parish": parish, "year": year});
        let made = send(&scribe, "mutation", json!({"entity": "note", "operation": "create", "data": data}))?;
        lines.push(format!("the scribe wrote version {} of {parish}", made["version"]));
    }
    let filters = json!({"year": {"lt": 1750}});
    let found = send(&reader, "query", json!({"entity": "note", "filters": filters}))?;
    lines.push(format!("the reader found {}: {}", found["count"], found["entities"][0]["data"]["parish"]));
    // Events arrive when they arrive; whoever needs them all waits for them.
    if !host.drain_events(Duration::from_secs(10)) {
        return Err("the events were not handled in time".into());
    }
    let heard = send(&scribe, "command", json!({"module": "reader", "name": "heard"}))?;
    for event in heard["events"].as_array().into_iter().flatten() {
        lines.push(format!("the reader told the scribe that it heard {}", event["event"]));
    }
    // What was not granted is refused, and the error says what is missing.
    if let Err(error) =
        send(&reader, "mutation", json!({"entity": "note", "operation": "create", "data": {}}))
    {
        lines.push(error.to_string());
    }
    match host.unload_all().into_iter().next() {
        Some(error) => Err(error.into()),
        None => Ok(lines),
    }
}

/// Lets an instance send a message to the host.
fn send(instance: &Instance, message_type: &str, payload: Value) -> Result<Value, rp_host::Error> {
    instance.command("send", &json!({"type": message_type, "payload": payload}))
}
