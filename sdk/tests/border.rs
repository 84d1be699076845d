//! What may go wrong at the border: panics, NULL, no room, wrong payloads, a host that lends nothing.
mod fake;

use fake::{Host as FakeHost, Instance, Reply as FakeReply, message};
use fake::{RP_CONCURRENT, RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_ERR_PANIC, RP_FAILED, RP_OK};
use rp_sdk::{Answer, Buffer, Command, ConcurrentModule, Error, Host, Level, Message, Module, Reply, json};
use std::ptr::null;
use std::sync::atomic::{AtomicU64, Ordering};

const NO_LIMIT: usize = 1 << 20;

struct Odd {
    host: Host,
}

impl Module for Odd {
    fn create(host: Host) -> Result<Self, Error> {
        match host.now_us()? {
            1 => panic!("created"),
            2 => Err(Error::unavailable("no such day")),
            _ => Ok(Odd { host }),
        }
    }

    fn init(&mut self, message: &Message<'_>) -> Result<(), Error> {
        #[derive(Default, serde::Deserialize)]
        struct Config {
            fails: bool,
        }
        match message.config::<Config>()?.fails {
            true => Err(Error::invalid_payload("told to fail")),
            false => Ok(()),
        }
    }

    fn command(&mut self, command: &Command<'_>, reply: Reply<'_>) -> Answer {
        let host = command.host();
        match command.name() {
            "big" => reply.success(&"x".repeat(2000)),
            "cancelled" => Err(Error::cancelled()),
            "details" => Err(Error::new("own", "é \"x\"").with_details(&json!({"a": 1}))),
            "echo" => reply.success_json(command.args_json()),
            "forward" => host.forward("query", command.args_json(), reply),
            "late" => {
                let _ = reply.empty()?;
                Err(Error::conflict("too late"))
            }
            "log" => {
                host.log(Level::Warn, "seen");
                self.host.log(Level::Info, "idle");
                reply.empty()
            }
            "panic" => panic!("asked {}", "to"),
            "panic oddly" => std::panic::panic_any(PanicsWhenDropped),
            "random" => {
                let mut bytes = [0; 4];
                host.random(&mut bytes)?;
                reply.success(&json!({ "bytes": bytes, "cancelled": host.is_cancelled() }))
            }
            "ask" => reply.success(&host.call::<serde_json::Value>("other", "do", &json!({}))?),
            "unprintable" => reply.success(&std::collections::HashMap::from([([1u8, 2], 3)])),
            _ => Err(command.unknown()),
        }
    }
}

impl Drop for Odd {
    fn drop(&mut self) {
        if self.host.now_us().is_ok_and(|now| now == 3) {
            panic!("destroyed");
        }
    }
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("dropped");
    }
}

rp_sdk::export!(Odd, entry = odd_entry, provides = ["note"], call = ["*"]);

fn ready() -> Instance {
    let instance = Instance::new(odd_entry);
    assert_eq!(instance.ask("init", "{}").0, RP_OK);
    instance
}

fn command(name: &str) -> String {
    format!(r#"{{"name":"{name}","args":{{"k" : 1.0}}}}"#)
}

#[test]
fn commands() {
    let cases: &[(&str, i32, &str)] = &[
        ("echo", RP_OK, r#"{"status":"success","data":{"k" : 1.0}}"#),
        ("cancelled", RP_ERR_CANCELLED, ""),
        ("details", RP_FAILED, r#"{"status":"error","error":"é \"x\"","code":"own","details":{"a":1}}"#),
        ("late", RP_FAILED, r#"{"status":"error","error":"too late","code":"conflict"}"#),
        ("none", RP_FAILED, r#"{"status":"error","error":"unknown command: none","code":"unknown_command"}"#),
        ("random", RP_OK, r#"{"status":"success","data":{"bytes":[7,7,7,7],"cancelled":false}}"#),
        (
            "unprintable",
            RP_FAILED,
            r#"{"status":"error","error":"the result cannot be written: key must be a string","code":"internal"}"#,
        ),
    ];
    let instance = ready();
    for (name, status, text) in cases {
        assert_eq!(instance.ask("command", &command(name)), (*status, (*text).to_owned()), "{name}");
    }
}

#[test]
fn the_manifest_is_the_packages() {
    let manifest = rp_sdk::protocol::Manifest::parse(ready().manifest()).unwrap();
    assert_eq!(manifest.name, "rp-sdk");
    assert_eq!(manifest.version.to_string(), env!("CARGO_PKG_VERSION"));
    assert_eq!(manifest.provides, ["note"]);
    assert_eq!(manifest.requests.call, ["*"]);
}

#[test]
fn panics_are_caught_told_and_logged() {
    let cases =
        [("panic", "12 1 panicked: asked to"), ("panic oddly", "12 1 panicked: a value that is no text")];
    for (name, line) in cases {
        let instance = ready();
        let mut reply = FakeReply::new(NO_LIMIT, "before");
        let payload = command(name);
        let found = instance.ask_into(message("command", &payload), &mut reply);
        assert_eq!(found, (RP_ERR_PANIC, "before".to_owned()));
        assert_eq!(instance.host.log_lines(), [line]);
        let (status, text) = instance.ask("command", &command("echo"));
        assert_eq!(status, RP_FAILED);
        assert!(text.contains("reentrant"), "{text}");
    }
}

#[test]
fn create_that_fails_gives_null_and_a_line_of_log() {
    unsafe extern "C" fn one(_: *const fake::rp_host) -> i64 {
        1
    }
    unsafe extern "C" fn two(_: *const fake::rp_host) -> i64 {
        2
    }
    let cases: [(unsafe extern "C" fn(*const fake::rp_host) -> i64, &str); 2] =
        [(one, "0 1 panicked: created"), (two, "0 1 no instance was made: no such day (unavailable)")];
    for (now_us, line) in cases {
        let mut host = FakeHost::new();
        host.raw.now_us = Some(now_us);
        let instance = Instance::with_host(odd_entry, host);
        assert!(instance.raw.is_null());
        assert_eq!(instance.host.log_lines(), [line]);
    }
}

#[test]
fn a_panic_in_destroy_stays_inside() {
    unsafe extern "C" fn three(_: *const fake::rp_host) -> i64 {
        3
    }
    let mut host = FakeHost::new();
    host.raw.now_us = Some(three);
    let instance = Instance::with_host(odd_entry, host);
    let table = instance.table;
    // SAFETY: rule 6: the last call for this instance, whose Drop is passed over.
    unsafe { table.destroy.unwrap()(instance.raw) };
    assert_eq!(instance.host.log_lines(), ["0 1 panicked: destroyed"]);
    std::mem::forget(instance);
}

#[test]
fn null_is_borne() {
    let instance = ready();
    let mut reply = FakeReply::new(NO_LIMIT, "");
    let ping = message("command", "{}");
    // SAFETY: NULL is what the SDK promises to bear; the rest is alive.
    let call = |raw, message, reply| unsafe { instance.call(raw, message, reply) };
    assert_eq!(call(instance.raw, &ping, std::ptr::null_mut()), RP_ERR_NO_MEMORY);
    assert_eq!(call(std::ptr::null_mut(), &ping, &mut reply.raw), RP_FAILED);
    assert_eq!(reply.text(), r#"{"status":"error","error":"NULL instance","code":"invalid_payload"}"#);
    let mut reply = FakeReply::new(NO_LIMIT, "");
    assert_eq!(call(instance.raw, null(), &mut reply.raw), RP_FAILED);
    assert_eq!(reply.text(), r#"{"status":"error","error":"NULL message","code":"invalid_payload"}"#);
    // SAFETY: NULL is what the SDK promises to bear.
    unsafe {
        assert!(instance.table.create.unwrap()(null()).is_null());
        instance.table.destroy.unwrap()(std::ptr::null_mut());
    }
}

#[test]
fn a_reply_without_room_keeps_what_it_had() {
    let instance = ready();
    for name in ["big", "echo", "none", "details"] {
        for limit in 6..30 {
            let mut reply = FakeReply::new(limit, "before");
            let payload = command(name);
            let found = instance.ask_into(message("command", &payload), &mut reply);
            assert_eq!(found, (RP_ERR_NO_MEMORY, "before".to_owned()), "{name} {limit}");
        }
        let mut reply = FakeReply::new(NO_LIMIT, "before");
        let payload = command(name);
        let (status, text) = instance.ask_into(message("command", &payload), &mut reply);
        assert!(status <= RP_FAILED && text.starts_with(r#"before{"status":"#), "{name}: {status} {text}");
    }
}

#[test]
fn messages_before_init_and_after_shutdown() {
    let refused = r#"{"status":"error","error":"the module is not initialized","code":"not_initialized"}"#;
    let instance = Instance::new(odd_entry);
    let failed = r#"{"status":"error","error":"told to fail","code":"invalid_payload"}"#;
    assert_eq!(instance.ask("init", r#"{"config":{"fails":true}}"#), (RP_FAILED, failed.to_owned()));
    assert_eq!(instance.ask("command", &command("echo")), (RP_FAILED, refused.to_owned()));
    assert_eq!(instance.ask("describe", "{}").0, RP_OK);
    assert_eq!(instance.ask("init", "{}").0, RP_OK);
    assert_eq!(instance.ask("init", "{}").0, RP_FAILED);
    assert_eq!(instance.ask("event", "{}").0, RP_OK);
    assert_eq!(instance.ask("shutdown", "{}").0, RP_OK);
    assert_eq!(instance.ask("event", "{}"), (RP_FAILED, refused.to_owned()));
}

#[test]
fn payloads_and_flags_are_checked_first() {
    let instance = ready();
    for message_type in ["init", "command", "query", "mutation", "event", "shutdown", "describe", "own"] {
        let (status, text) = instance.ask(message_type, "{");
        assert!(status == RP_FAILED && text.contains("invalid_json"), "{message_type}: {text}");
        let (status, text) = instance.ask(message_type, " []");
        assert!(status == RP_FAILED && text.contains("invalid_payload"), "{message_type}: {text}");
        let payload = command("echo");
        let flagged = fake::rp_message { flags: 1, ..message(message_type, &payload) };
        let (status, text) = instance.ask_into(flagged, &mut FakeReply::new(NO_LIMIT, ""));
        assert!(status == RP_FAILED && text.contains("unknown message flags"), "{message_type}: {text}");
    }
}

#[test]
fn messages_to_the_host_carry_their_cause() {
    let instance = ready();
    instance.host.answer_with(RP_OK, r#"{"status":"success","data":{"n": 1}}"#);
    let (status, text) = instance.ask("command", &command("ask"));
    assert_eq!((status, text.as_str()), (RP_OK, r#"{"status":"success","data":{"n":1}}"#));
    let (status, text) = instance.ask("command", &command("forward"));
    assert_eq!((status, text.as_str()), (RP_OK, r#"{"status":"success","data":{"n": 1}}"#));
    let sent = instance.host.seen.sent.lock().unwrap().clone();
    let expected = [
        (12, "command".to_owned(), r#"{"module":"other","name":"do","args":{}}"#.to_owned()),
        (12, "query".to_owned(), r#"{"k" : 1.0}"#.to_owned()),
    ];
    assert_eq!(sent, expected);
}

#[test]
fn what_the_host_refuses_reaches_the_asker() {
    let cases: &[(i32, &str, i32, &str)] = &[
        (
            RP_FAILED,
            r#"{"status":"error","error":"no","code":"denied","details":{"a" :1}}"#,
            RP_FAILED,
            r#"{"status":"error","error":"no","code":"denied","details":{"a" :1}}"#,
        ),
        (RP_ERR_CANCELLED, "", RP_ERR_CANCELLED, ""),
        (RP_ERR_NO_MEMORY, "part", RP_ERR_NO_MEMORY, ""),
        (
            -7,
            "",
            RP_FAILED,
            r#"{"status":"error","error":"the host answered with status -7","code":"internal"}"#,
        ),
    ];
    let instance = ready();
    for (status, answer, expected, text) in cases {
        instance.host.answer_with(*status, answer);
        for name in ["ask", "forward"] {
            let found = instance.ask("command", &command(name));
            assert_eq!(found, (*expected, (*text).to_owned()), "{name} {status}");
        }
    }
}

#[test]
fn a_host_that_lends_nothing() {
    let mut host = FakeHost::new();
    host.raw.write_log = None;
    host.raw.random = None;
    // `send` lies past what this host says it has.
    host.raw.struct_size = std::mem::offset_of!(fake::rp_host, send) as u32;
    let instance = Instance::with_host(odd_entry, host);
    assert!(instance.raw.is_null(), "now_us is not lent, so create fails");
    let mut host = FakeHost::new();
    host.raw.send = None;
    host.raw.cancelled = None;
    host.raw.random = None;
    host.raw.write_log = None;
    let instance = Instance::with_host(odd_entry, host);
    assert_eq!(instance.ask("init", "{}").0, RP_OK);
    assert_eq!(instance.ask("command", &command("log")).0, RP_OK);
    for name in ["ask", "forward", "random"] {
        let (status, text) = instance.ask("command", &command(name));
        assert!(status == RP_FAILED && text.contains("this host does not lend"), "{name}: {text}");
    }
}

#[test]
fn log_lines_name_their_message() {
    let instance = ready();
    assert_eq!(instance.ask("command", &command("log")).0, RP_OK);
    assert_eq!(instance.host.log_lines(), ["12 2 seen", "0 3 idle"]);
}

/// Answers on several threads at once, in the raw form.
struct Tally(AtomicU64);

impl ConcurrentModule for Tally {
    fn create(_: Host) -> Result<Self, Error> {
        Ok(Tally(AtomicU64::new(0)))
    }

    fn handle_message(&self, message: &Message<'_>, reply: Reply<'_>) -> Answer {
        let count = self.0.fetch_add(1, Ordering::Relaxed) + 1;
        match message.type_name() {
            "raw" => reply.raw(true, &[r#"{"status":"success","data":"#, message.payload(), "}"]),
            "nothing" => reply.raw(true, &[]),
            _ => reply.success(&count),
        }
    }
}

rp_sdk::export!(
    concurrent Tally,
    entry = tally_entry,
    manifest = r#"{"name":"tally","version":"1.0.0","protocol":"1.0","homepage":"é"}"#
);

#[test]
fn a_concurrent_module_answers_on_threads() {
    struct Everywhere(Instance);
    // SAFETY: the module is concurrent, and so is the fake host.
    unsafe impl Sync for Everywhere {}

    let instance = Everywhere(Instance::new(tally_entry));
    assert_eq!(instance.0.table.flags, RP_CONCURRENT);
    assert!(instance.0.manifest().ends_with(r#""homepage":"é"}"#));
    std::thread::scope(|scope| {
        for _ in 0..4 {
            let shared = &instance;
            scope.spawn(move || (0..500).for_each(|_| assert_eq!(shared.0.ask("count", "").0, RP_OK)));
        }
    });
    assert_eq!(instance.0.ask("count", "").1, r#"{"status":"success","data":2001}"#);
}

#[test]
fn the_raw_form_checks_nothing_but_that_something_was_written() {
    let instance = Instance::new(tally_entry);
    assert_eq!(instance.ask("raw", "[1").1, r#"{"status":"success","data":[1}"#);
    let (status, text) = instance.ask("nothing", "");
    assert_eq!(status, RP_FAILED);
    assert!(text.contains("the module wrote no response"), "{text}");
}

#[test]
fn buffers_serve_again_and_again() {
    struct Asks(Buffer);
    impl Module for Asks {
        fn create(_: Host) -> Result<Self, Error> {
            Ok(Asks(Buffer::new()))
        }
        fn event(&mut self, message: &Message<'_>) -> Result<(), Error> {
            let response = message.host().send("own", message.payload(), &mut self.0)?;
            if response.is_success() { Ok(()) } else { Err(Error::internal("refused")) }
        }
    }
    rp_sdk::export!(Asks, entry = asks_entry);

    let instance = Instance::new(asks_entry);
    assert_eq!(instance.ask("init", "{}").0, RP_OK);
    for (answer, code) in [
        (r#"{"status":"success"}"#, None),
        (r#"{"status":"error","error":"e"}"#, Some("refused")),
        ("nonsense", Some("not valid JSON")),
    ] {
        instance.host.answer_with(RP_OK, answer);
        let (_, text) = instance.ask("event", "{}");
        assert_eq!(code.is_none(), text.contains("success"), "{text}");
        assert!(code.is_none_or(|code| text.contains(code)), "{text}");
    }
}
