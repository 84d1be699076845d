//! The exchanges of the protocol's page: what stands there is what a host's trace had.
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply, library_file_name};
use serde_json::{Value, json};

use super::source;

/// 2024-01-01 00:00 UTC.
const TIME_US: i64 = 1_704_067_200_000_000;

#[derive(Clone)]
struct Record {
    head: String,
    payload: String,
    response: String,
}

/// A host whose clock stands and whose random bytes count, with what it has traced.
struct World {
    host: Host,
    records: Arc<Mutex<Vec<Record>>>,
    found: BTreeMap<&'static str, Record>,
}

impl World {
    fn new() -> World {
        let records = Arc::<Mutex<Vec<Record>>>::default();
        let (traced, numbers) = (records.clone(), AtomicU64::new(0));
        let host = Host::builder()
            .name("example")
            .version("1.0.0")
            .clock(|| TIME_US)
            .random(move |bytes| bytes.fill(numbers.fetch_add(1, Ordering::Relaxed) as u8 + 1))
            .store(Arc::new(SqliteStore::in_memory().unwrap()))
            .trace(move |record| {
                let head = format!("{} -> {}  {}", record.from, record.to, record.message_type);
                let (payload, response) = (record.payload.to_owned(), record.response.clone().into_owned());
                traced.lock().unwrap().push(Record { head, payload, response });
            })
            .build();
        World { host, records, found: BTreeMap::new() }
    }

    fn load(&self, module: &str, options: LoadOptions) -> Result<Instance, rp_host::Error> {
        self.host.load_with(library(module), options)
    }

    /// Keeps what the trace had since the last time, by its head, under a name of the page.
    fn keep(&mut self, name: &'static str, head: &str) {
        assert!(self.host.drain_events(Duration::from_secs(20)), "{name}: events are still pending");
        let records = std::mem::take(&mut *self.records.lock().unwrap());
        let heads: Vec<_> = records.iter().map(|record| &record.head).collect();
        let record = records.iter().find(|record| record.head == head);
        let record = record.unwrap_or_else(|| panic!("{name}: no {head} among {heads:?}"));
        self.found.insert(name, record.clone());
    }
}

fn library(module: &str) -> PathBuf {
    let path = std::env::current_exe().unwrap().parent().unwrap().join(library_file_name(module));
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

fn ask(instance: &Instance, message_type: &str, payload: &str) -> Value {
    let mut reply = Reply::new();
    instance.call_raw(&Message::new(message_type, payload), &mut reply).unwrap();
    serde_json::from_slice(reply.as_bytes()).unwrap()
}

/// Lets the desk send a message.
fn send(desk: &Instance, message_type: &str, payload: &str) -> Value {
    let args = format!(r#"{{"type":"{message_type}","payload":{payload}}}"#);
    ask(desk, "command", &format!(r#"{{"name":"send","args":{args}}}"#))
}

fn create_log(log: &Instance, title: &str) {
    ask(log, "command", &format!(r#"{{"name":"create_log","args":{{"title":"{title}"}}}}"#));
}

fn play() -> BTreeMap<&'static str, Record> {
    let mut world = World::new();
    let (log, desk) = (load_log(&mut world), load_desk(&world));
    let minimal = world.load("test-minimal", LoadOptions::new().instance("minimal")).unwrap();
    play_log(&mut world, &log);
    play_desk(&mut world, &desk, &log);
    ask(&minimal, "describe", "{}");
    world.keep("describe", "host -> minimal  describe");
    ask(&log, "genealogy.match", r#"{"surname":"Ryan"}"#);
    world.keep("unknown-type", "host -> log  genealogy.match");
    log.unload().unwrap();
    world.keep("shutdown", "host -> log  shutdown");
    world.found
}

fn list(names: &[&str]) -> Vec<String> {
    names.iter().map(ToString::to_string).collect()
}

fn load_log(world: &mut World) -> Instance {
    let wrong = LoadOptions::new().instance("log").config(json!({"state": "disk"}));
    assert!(world.load("research-log", wrong).is_err());
    world.keep("init-error", "host -> log  init");
    let grants = Grants { emit: list(&["research_log.*"]), ..Grants::default() };
    let options = LoadOptions::new().instance("log").config(json!({"state": "instance"})).grants(grants);
    let log = world.load("research-log", options).unwrap();
    world.keep("init", "host -> log  init");
    log
}

fn load_desk(world: &World) -> Instance {
    let grants = Grants {
        read: list(&["note"]),
        write: list(&["note"]),
        subscribe: list(&["research_log.created"]),
        call: list(&["log"]),
        ..Grants::default()
    };
    world.load("test-relay", LoadOptions::new().instance("desk").grants(grants)).unwrap()
}

fn play_log(world: &mut World, log: &Instance) {
    create_log(log, "Parents of John Ryan");
    world.keep("command", "host -> log  command");
    create_log(log, "Emigration of Michael Ryan");
    world.keep("event", "log -> host  event");
    create_log(log, "The house at Shandon Street");
    world.keep("event-heard", "host -> desk  event");
    ask(log, "command", r#"{"name":"add_entry","args":{"type":"note","title":7}}"#);
    world.keep("command-error", "host -> log  command");
    ask(log, "query", r#"{"entity":"research_log","filters":{"title":{"contains":"Ryan"}},"limit":1}"#);
    world.keep("query", "host -> log  query");
}

fn play_desk(world: &mut World, desk: &Instance, log: &Instance) {
    ask(log, "command", r#"{"name":"add_entry","args":{"type":"task","title":"Order the will"}}"#);
    send(desk, "command", r#"{"module":"log","name":"list_entries","args":{"types":["task"]}}"#);
    world.keep("command-module", "desk -> log  command");
    send(desk, "query", r#"{"entity":"person"}"#);
    world.keep("denied", "desk -> host  query");
    let create = r#"{"entity":"note","operation":"create","data":{"parish":"Blankenhain","year":1742}}"#;
    let made = send(desk, "mutation", create);
    world.keep("mutation", "desk -> host  mutation");
    let id = made.pointer("/data/id").and_then(Value::as_str).unwrap_or_else(|| panic!("{made}"));
    let update = format!(r#"{{"entity":"note","operation":"update","id":"{id}","version":7,"data":{{}}}}"#);
    send(desk, "mutation", &update);
    world.keep("mutation-conflict", "desk -> host  mutation");
    ask(desk, "command", r#"{"name":"work","args":{"steps":2}}"#);
    world.keep("progress", "desk -> host  event");
}

#[test]
fn are_those_of_a_trace() {
    let path = source().join("protocol.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let written = write(&page, &play());
    if std::env::var_os("RP_BLESS").is_some_and(|bless| bless == "1") {
        std::fs::write(path, written).unwrap();
    } else {
        assert!(
            page == written,
            "protocol.md differs from what is: RP_BLESS=1 cargo test --test packages book; it would be\n{written}"
        );
    }
}

/// The page with the exchange behind each of its marks.
fn write(page: &str, found: &BTreeMap<&'static str, Record>) -> String {
    let mut parts = page.split("<!-- exchange: ");
    let mut written = parts.next().unwrap().to_owned();
    let mut missing: Vec<_> = found.keys().copied().collect();
    for part in parts {
        let (name, rest) = part.split_once(" -->\n").expect("a mark ends its line");
        let rest = match rest.strip_prefix("\n```text\n") {
            Some(block) => block.split_once("\n```\n").expect("a block ends").1,
            None => rest,
        };
        let Record { head, payload, response } = &found[name];
        missing.retain(|other| *other != name);
        written +=
            &format!("<!-- exchange: {name} -->\n\n```text\n{head}\n{payload}\n{response}\n```\n{rest}");
    }
    assert!(missing.is_empty(), "not on the page: {missing:?}");
    written
}
