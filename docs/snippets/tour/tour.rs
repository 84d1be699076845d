//! What a program does with modules, in Rust; beside it the same in C, C++ and Python.

use std::error::Error;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{CallOptions, Grants, Host, LoadOptions, Request, ServiceError, library_file_name};
use serde::Deserialize;
use serde_json::{Value, json};

// ANCHOR: service
#[derive(Deserialize)]
struct Match {
    surname: String,
}

fn find(request: &Request<'_>, wanted: Match) -> Result<Value, ServiceError> {
    println!("asked: {} by {}", request.message_type, request.sender);
    Ok(json!({"people": [wanted.surname]}))
}
// ANCHOR_END: service

pub fn run(folder: &Path) -> Result<(), Box<dyn Error>> {
    // ANCHOR: host
    let host = Host::builder()
        .name("tour")
        .store(Arc::new(SqliteStore::in_memory()?))
        .on_log(|line| eprintln!("{} {}: {}", line.level.as_str(), line.instance, line.text))
        .service_typed("genealogy.match", find)
        .build();
    // ANCHOR_END: host
    // ANCHOR: load
    let entities = || vec!["research_log.*".to_owned()];
    let grants = Grants { read: entities(), write: entities(), emit: entities(), ..Grants::default() };
    let options = LoadOptions::new().instance("log").config(json!({"state": "store"})).grants(grants);
    let log = host.load_with(folder.join(library_file_name("research-log")), options)?;
    let options = LoadOptions::new().instance("desk").expect_version(">=0.1".parse()?);
    let desk = host.load_with(folder.join(library_file_name("test-relay")), options)?;
    // ANCHOR_END: load
    // ANCHOR: call
    let created: Value = log.command("create_log", &json!({"title": "Parents of John Ryan"}))?;
    println!("kept as number {}", created["data"]["number"]);
    // ANCHOR_END: call
    // ANCHOR: errors
    let refused = log.command::<_, Value>("create_log", &json!({"title": " "}));
    if let Err(rp_host::CallFault::Answered { code, .. }) =
        refused.as_ref().map_err(|error| error.call_fault().expect("a call failed"))
    {
        println!("refused: {code}");
    }
    if let Err(error) = host.load("nowhere.so") {
        println!("not loaded: {}", error.code());
    }
    // ANCHOR_END: errors
    // ANCHOR: deadline
    let soon = CallOptions::new().timeout(Duration::from_millis(50));
    if let Err(error) = desk.with(&soon).command::<_, Value>("work", &json!({"steps": 60_000})) {
        println!("late: {}", error.code());
    }
    // ANCHOR_END: deadline
    // ANCHOR: asked
    let asks = json!({"type": "genealogy.match", "payload": {"surname": "Ryan"}});
    let _: Value = desk.command("send", &asks)?;
    // ANCHOR_END: asked
    // ANCHOR: events
    let events = host.subscribe("research_log.*", 16)?;
    let _: Value = log.command("add_entry", &json!({"type": "note", "title": "Baptised in Cork"}))?;
    if let Some(event) = events.next(Duration::from_secs(10)) {
        println!("heard: {} from {}", event.name, event.from);
    }
    // ANCHOR_END: events
    // ANCHOR: end
    match host.unload_all().into_iter().next() {
        Some(error) => Err(error.into()),
        None => Ok(()),
    }
    // ANCHOR_END: end
}
