//! What a recording has beyond a trace, and what becomes of one that cannot be written.

use std::io::{self, Write};
use std::path::Path;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::{Grants, Host, HostBuilder, LoadOptions, Message};
use serde_json::{Value, json};
use support::scripted::{payload, run, scripted_library, start_concurrent, start_from, try_run, try_send};
use support::temporary;

/// What was written, line by line.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        assert!(bytes.ends_with(b"\n"), "half a line was written");
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Lines {
    fn all(&self) -> Vec<Value> {
        let text = String::from_utf8(self.0.lock().unwrap().clone()).unwrap();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }

    fn of_kind(&self, kind: &str) -> Vec<Value> {
        self.all().into_iter().filter(|line| line["rp"] == kind).collect()
    }

    fn commands(&self) -> Vec<Value> {
        self.all().into_iter().filter(|line| line["type"] == "command").collect()
    }
}

/// A host whose clock goes on by one at each look, and whose random bytes are all 7.
fn host(lines: &Lines) -> HostBuilder {
    let now_us = AtomicI64::new(100);
    Host::builder()
        .name("recorded")
        .clock(move || now_us.fetch_add(1, Ordering::Relaxed))
        .random(|bytes| bytes.fill(7))
        .record(lines.clone())
}

#[test]
fn it_has_what_an_instance_got_for_each_message() {
    let lines = Lines::default();
    let host = host(&lines).build();
    let grants = Grants { read: vec!["note".into()], ..Grants::default() };
    let options = LoadOptions::new().config(json!({"k": 1})).grants(grants);
    let scripted = host.load_with(scripted_library("scripted"), options).unwrap();
    run(&scripted, json!([{"now": true}, {"random": true}, {"now": true}]));
    run(&scripted, json!([{"cancelled": "own"}, {"send": {"type": "none", "payload": {}}}]));
    run(&scripted, json!([{"spawn": [{"now": true}, {"random": true}, {"now": true}]}, {"join": true}]));
    assert!(host.unload_all().is_empty());

    let head = &lines.all()[0];
    assert_eq!((&head["rp"], &head["version"], &head["recording"]), (&json!("trace"), &json!(2), &json!(1)));
    assert_eq!(head["host"]["name"], "recorded");
    let module = &lines.of_kind("module")[0];
    let pinned: LoadOptions = serde_json::from_value(json!({"sha256": module["sha256"]})).unwrap();
    Host::new().load_with(scripted_library("scripted"), pinned).expect("it is the hash of the file");
    assert_eq!((&module["config"], &module["grants"]["read"]), (&json!({"k": 1}), &json!(["note"])));
    assert!(module["manifest"].as_str().unwrap().contains("\"scripted\""));

    let commands = lines.commands();
    let now: Vec<_> =
        commands[0]["now"].as_array().unwrap().iter().map(|now| now.as_i64().unwrap()).collect();
    assert!(now.len() == 2 && now[0] < now[1] && now[0] >= 100, "{now:?}");
    assert_eq!(commands[0]["random"], "07".repeat(8));
    assert_eq!((&commands[1]["now"], &commands[1]["cancelled"]), (&Value::Null, &Value::Null));
    let turn = |line: &Value| line["turn"].as_u64().unwrap();
    assert!(turn(module) < turn(&commands[0]) && turn(&commands[0]) < turn(&commands[1]));
    // What the host answers itself, no module was entered for.
    let sent: Vec<_> = lines.all().into_iter().filter(|line| line["type"] == "none").collect();
    assert_eq!((&sent[0]["cause"], &sent[0]["turn"]), (&commands[1]["id"], &Value::Null));
    // A thread of the module's own: nobody knows when to give that again.
    let unplaced: Vec<_> = lines.of_kind("unplaced").iter().map(|line| line["what"].clone()).collect();
    assert_eq!(unplaced, ["now_us", "random"]);
}

#[test]
fn it_has_what_the_sender_of_a_message_without_a_response_got() {
    let lines = Lines::default();
    let host = host(&lines).build();
    let grants = || LoadOptions::new().grants(Grants { call: vec!["*".into()], ..Grants::default() });
    let asker = host.load_with(scripted_library("scripted"), grants().instance("asker")).unwrap();
    start_from(&host, scripted_library("scripted"), "silent", json!({}));
    let fault = json!({"module": "silent", "name": "run", "args": {"steps": [{"return": 77}]}});
    let answers = run(&asker, json!([{"send": {"type": "command", "payload": fault}}]));
    let unanswered = lines.of_kind("unanswered");
    let got = &answers[0]["response"];
    assert_eq!(unanswered.len(), 1);
    assert_eq!((&unanswered[0]["code"], &unanswered[0]["error"]), (&got["code"], &got["error"]), "{answers}");
    assert_eq!(unanswered[0]["id"], lines.commands()[0]["id"]);
}

#[test]
fn it_tells_when_a_message_was_found_cancelled() {
    let lines = Lines::default();
    let host = host(&lines).build();
    let scripted = start_from(&host, scripted_library("scripted"), "scripted", json!({}));
    let steps = payload(&json!([{"cancelled": "own"}, {"until": "cancelled"}, {"return": 0}]));
    let message = Message::new("command", &steps).timeout(Duration::from_millis(30));
    let _outcome = try_send(&scripted, &message);
    // One that never reached the module has no turn.
    let late = Message::new("command", &steps).timeout(Duration::ZERO);
    let _outcome = try_send(&scripted, &late);
    let commands = lines.commands();
    assert!(commands[0]["cancelled"].as_u64().unwrap() >= 1, "{commands:?}");
}

#[test]
fn a_concurrent_instance_gets_one_message_at_a_time() {
    let (lines, log) = (Lines::default(), Arc::<Mutex<Vec<String>>>::default());
    let heard = Arc::clone(&log);
    let host = host(&lines).on_log(move |line| heard.lock().unwrap().push(line.text.to_owned())).build();
    let concurrent = start_concurrent(&host, "both");
    let (_folder, path) = temporary();
    let file = |name: &str| format!("{path}/{name}");
    let steps = json!([{"touch": file("begun")}, {"wait_file": file("over")}]);
    std::thread::scope(|scope| {
        let first = scope.spawn(|| try_run(&concurrent, &steps));
        while !Path::new(&file("begun")).exists() {
            std::thread::yield_now();
        }
        let second = payload(&json!([]));
        let message = Message::new("command", &second).timeout(Duration::from_millis(20));
        assert_eq!(try_send(&concurrent, &message).unwrap_err().code(), "rp::call::timeout");
        std::fs::write(file("over"), "").unwrap();
        first.join().unwrap().unwrap();
    });
    assert!(log.lock().unwrap().iter().any(|line| line.starts_with("both could handle several")), "{log:?}");
    let late: Vec<_> =
        lines.commands().into_iter().filter(|line| line["outcome"] == "rp::call::timeout").collect();
    assert_eq!((late.len(), &late[0]["turn"]), (1, &Value::Null));
}

#[test]
fn the_host_goes_on_where_it_cannot_be_written() {
    struct Full(u32);
    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(1).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let log = Arc::<Mutex<Vec<String>>>::default();
    let heard = Arc::clone(&log);
    let builder = Host::builder().record(Full(3));
    let host = builder.on_log(move |line| heard.lock().unwrap().push(line.text.to_owned())).build();
    let scripted = start_from(&host, scripted_library("scripted"), "scripted", json!({}));
    assert!(host.check_recording().is_ok());
    run(&scripted, json!([]));
    run(&scripted, json!([]));
    assert_eq!(host.check_recording().unwrap_err().code(), "rp::record::unwritable");
    let told: Vec<_> = host.unload_all().iter().map(rp_host::Error::code).collect();
    assert_eq!(told, ["rp::record::unwritable"]);
    let lines = log.lock().unwrap().iter().filter(|line| line.starts_with("the recording ends here")).count();
    assert_eq!(lines, 1, "{log:?}");
}

#[test]
fn nothing_is_redacted_in_it() {
    let pointer = "/args/password".parse().unwrap();
    let builder = Host::builder().record(Lines::default()).redact(pointer);
    assert!(builder.contradicts_itself());
    assert!(std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| builder.build())).is_err());
    let text = "[trace]\nredact = [\"/a\"]\n".to_owned();
    let file = rp_host::config::ConfigFile::parse(Path::new("rp.toml"), text).unwrap();
    let error = file.start(Host::builder().record(Lines::default())).unwrap_err();
    assert_eq!(error.code(), "rp::config::contradictory");
}
