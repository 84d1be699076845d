//! What a module may send wrongly: the host answers it with a code, no other module sees it, and nobody crashes.
#![cfg(unix)]

mod support;

use std::sync::{Arc, Mutex};

use rp_host::{Grants, Host, LoadOptions};
use serde_json::{Value, json};
use support::{Account, Source, Witness, built};

const WRONG: &[&str] = &[
    "nothing",
    "NULL host",
    "NULL message",
    "NULL reply",
    "struct_size",
    "larger struct_size",
    "flags",
    "id",
    "unknown cause",
    "NULL type",
    "empty type",
    "type that is not UTF-8",
    "type init",
    "type shutdown",
    "NULL payload",
    "empty payload",
    "payload that is not UTF-8",
    "payload with a raw NUL",
    "payload that is no JSON",
    "payload that is no object",
    "no module",
    "module that is no string",
    "no name",
    "NULL grow",
    "NULL grow with room",
    "NULL data",
    "grow that never grows",
    "grow that lies",
    "grow that answers oddly",
    "len past the capacity",
    "text before",
];

fn host_with_sender(host: &Host) -> rp_host::Instance {
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    host.load_with(Source::new("sends").library(), LoadOptions::new().grants(grants)).unwrap()
}

#[test]
fn every_fault_is_told() {
    let host = Host::new();
    let mut witness = Witness::new(&host);
    let sender = host_with_sender(&host);
    // It counts what reaches it.
    let asked = host.load_with(built("test-minimal"), LoadOptions::new().instance("asked")).unwrap();
    let mut account = Account::default();
    for what in WRONG {
        let came: Value = sender.command(what, &json!({})).unwrap();
        account.add(what, &format!("{} {}", came["status"], came["reply"].as_str().unwrap()));
    }
    sender.unload().unwrap();
    asked.unload().unwrap();
    witness.check("after all of them");
    insta::assert_snapshot!("faults", account.redacted(&[]));
}

/// The other functions that are lent, asked wrongly.
#[test]
fn misuse_of_the_rest() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&lines);
    let host = Host::builder()
        .on_log(move |line| taken.lock().unwrap().push(format!("{} {}", line.level.as_str(), line.text)))
        .build();
    let sender = host_with_sender(&host);
    let _: Value = sender.command("misuse", &json!({})).unwrap();
    assert_eq!(*lines.lock().unwrap(), ["trace too high", "error too low", "info \u{fffd}"]);
    // A log sink that panics loses its line, no more.
    let host = Host::builder().on_log(|_| panic!("as asked")).build();
    let sender = host_with_sender(&host);
    let _: Value = sender.command("misuse", &json!({})).unwrap();
}
