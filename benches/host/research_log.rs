//! Commands per second through research logs, with their state in the instance and in a store in memory, one thread:
//! `cargo bench -p rp-host --features sqlite --bench research_log -- FILE…`, the files being modules built for release.

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rp_host::store::SqliteStore;
use rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply, Right};
use serde_json::json;

/// So many entries does the log have when lists are asked for.
const ENTRIES: usize = 1_000;
/// Each row is measured so often; the quickest run counts, since whatever else the machine does only slows it down.
const RUNS: usize = 7;
const ENOUGH: Duration = Duration::from_millis(200);

const ADD: &str = r#"{"name":"add_entry","args":{"type":"note","title":"Baptism of John Ryan","content":"Godparents: Daniel and Mary Hogan.","tags":["baptism","ryan"],"references":["Parish of Aghada, register 3, page 12"]}}"#;
const SEARCH: &str = r#"{"name":"record_search","args":{"repository":"Cork City Archives","collection":"Parish registers","terms":["John Ryan"],"variants":["Rian"],"period":{"from":"1850","to":"1855"},"place":"Aghada","result":"none"}}"#;
const LIST: &str =
    r#"{"name":"list_entries","args":{"types":["question"],"tags":["ryan"],"text":"hogan","limit":20}}"#;

fn main() {
    let files: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if files.is_empty() {
        println!("name the modules: cargo bench -p rp-host --features sqlite --bench research_log -- FILE…");
    }
    for file in &files {
        for state in ["instance", "store"] {
            measure_module(Path::new(file), state);
        }
    }
}

fn measure_module(file: &Path, state: &str) {
    let shown = |row: &str, per_second: f64| {
        let name = file.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
        println!("{name:28} {state:9} {row:44} {per_second:>10.0} a second");
    };
    shown("add_entry, the log growing from 0", per_second(file, state, 0, ADD, Some(ENTRIES)));
    shown("record_search, the log growing from 0", per_second(file, state, 0, SEARCH, Some(ENTRIES)));
    shown("list_entries, a filter over 1,000", per_second(file, state, ENTRIES, LIST, None));
}

/// The rate of one command in a log of so many entries; `batch` commands have a fresh log each.
fn per_second(file: &Path, state: &str, entries: usize, payload: &str, batch: Option<usize>) -> f64 {
    let mut best = 0.0_f64;
    for _ in 0..RUNS {
        let (_host, log) = open(file, state, entries);
        let mut reply = Reply::new();
        let (start, mut done) = (Instant::now(), 0_u32);
        while batch.map_or(start.elapsed() < ENOUGH, |batch| (done as usize) < batch) {
            ask(&log, payload, &mut reply);
            done += 1;
        }
        best = best.max(f64::from(done) / start.elapsed().as_secs_f64());
        log.unload().expect("it ends");
    }
    best
}

fn open(file: &Path, state: &str, entries: usize) -> (Host, Instance) {
    let host = Host::builder().store(Arc::new(SqliteStore::in_memory().expect("a store"))).build();
    let mut grants = Grants::default();
    for right in [Right::Read, Right::Write, Right::Emit] {
        grants.grant(right, "research_log.*");
    }
    let options = LoadOptions::new().config(json!({ "state": state })).grants(grants);
    let log = host.load_with(file, options).unwrap_or_else(|error| panic!("{error}"));
    let mut reply = Reply::new();
    ask(&log, r#"{"name":"create_log","args":{"title":"Who were the parents of John Ryan?"}}"#, &mut reply);
    for at in 0..entries {
        // One in ten is what the list is about.
        let payload = if at % 10 == 0 { ADD.replace("note", "question") } else { ADD.to_owned() };
        ask(&log, &payload, &mut reply);
    }
    (host, log)
}

fn ask(log: &Instance, payload: &str, reply: &mut Reply) {
    log.call_raw(&Message::new("command", payload), reply).unwrap_or_else(|error| panic!("{error}"));
    let text = reply.text().expect("a response");
    assert!(text.starts_with(r#"{"status":"success""#), "{text}");
}
