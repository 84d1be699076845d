//! What a module may send wrongly: the host answers it with a code, no other module sees it, and nobody crashes.

use std::sync::{Arc, Mutex};

use rp_host::{Grants, Host, LoadOptions, Message, Reply};
use serde_json::{Value, json};
use support::{Canary, Report, Source, built};

const WRONG: &[&str] = &[
    "nothing",
    "NULL host",
    "NULL message",
    "NULL reply",
    "misaligned message",
    "misaligned reply",
    "reply's struct_size",
    "struct_size",
    "larger struct_size",
    "flags",
    "id",
    "unknown cause",
    "NULL type",
    "type of SIZE_MAX bytes",
    "empty type",
    "type that is not UTF-8",
    "type init",
    "type shutdown",
    "NULL payload",
    "payload of SIZE_MAX bytes",
    "payload of PTRDIFF_MAX bytes",
    "payload past PTRDIFF_MAX",
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
    "NULL data with room",
    "grow that never grows",
    "grow that lies",
    "grow that answers oddly",
    "len past the capacity",
    "len past a capacity of SIZE_MAX",
    "capacity of SIZE_MAX",
    "capacity past PTRDIFF_MAX",
    "text before",
];

fn host_with_sender(host: &Host) -> rp_host::Instance {
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    host.load_with(Source::new("sends").library(), LoadOptions::new().grants(grants)).unwrap()
}

#[test]
fn every_fault_is_told() {
    let host = Host::new();
    let mut canary = Canary::new(&host);
    let sender = host_with_sender(&host);
    // It counts what reaches it.
    let asked = host.load_with(built("test-minimal"), LoadOptions::new().instance("asked")).unwrap();
    let mut report = Report::default();
    for what in WRONG {
        let came: Value = sender.command(what, &json!({})).unwrap();
        report.add(what, &format!("{} {}", came["status"], came["reply"].as_str().unwrap()));
    }
    sender.unload().unwrap();
    asked.unload().unwrap();
    canary.check("after all of them");
    insta::assert_snapshot!("faults", report.redacted(&[]));
}

/// What is said of texts and room that no memory holds.
const LOST: [&str; 7] = [
    "a line of log is lost, since its text is NULL",
    "a line of log is lost, since its text has a length of 18446744073709551615 bytes",
    "a line of log is lost, since its text has a length of 9223372036854775807 bytes",
    "a line of log is lost, since its text has a length of 9223372036854775808 bytes",
    "no random bytes are written, since the room for them is NULL",
    "no random bytes are written, since the room for them has a length of 18446744073709551615 bytes",
    "no random bytes are written, since the room for them has a length of 9223372036854775807 bytes",
];

/// A module that passes a copy of its reply, to grow or to send, is told of; nobody reads past the copy.
#[test]
fn copies_of_the_reply() {
    let host = Host::new();
    let sender = host_with_sender(&host);
    let _asked = host.load_with(built("test-minimal"), LoadOptions::new().instance("asked")).unwrap();
    let mut reply = Reply::new();
    for what in ["grow", "send", "send with room"] {
        let payload = json!({"name": "copy", "args": {"what": what}}).to_string();
        for _ in 0..2 {
            let error = sender.call(&Message::new("command", &payload), &mut reply).unwrap_err();
            assert_eq!(error.code(), "rp::call::tampered_reply", "{what}: {error}");
            assert!(error.to_string().contains("it passed a copy, rule 11"), "{what}: {error}");
            let _: Value = sender.command("nothing", &json!({})).unwrap();
        }
    }
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
    assert_eq!(lines.lock().unwrap()[..3], ["trace too high", "error too low", "info \u{fffd}"]);
    for (line, what) in lines.lock().unwrap()[3..].iter().zip(&LOST) {
        assert!(line.starts_with("error ") && line.contains(what), "{line}: {what}");
    }
    assert_eq!(lines.lock().unwrap().len(), 3 + LOST.len());
    // A log sink that panics loses its line, no more.
    let host = Host::builder().on_log(|_| panic!("as asked")).build();
    let sender = host_with_sender(&host);
    let _: Value = sender.command("misuse", &json!({})).unwrap();
}
