//! What modules may answer wrongly, and what embedders may send wrongly: each is a clear, coded error, the instance stays
//! usable unless it panicked, and the next call finds nothing of the one before.

use std::path::PathBuf;

use rp_host::{Host, Instance, LoadOptions, Message, Reply, Status};
use serde_json::json;
use support::scripted::{concurrent_scripted_library, scripted_library, start, start_concurrent, try_run};
use support::{Canary, Report, Source, built, full_text, outcome, test_minimals};

fn answers() -> PathBuf {
    Source::new("answers").library()
}

/// (case, message type, payload) for the module of tests/hostile/answers.c.
const WRONG: &[(&str, &str, &str)] = &[
    ("an unknown status", "answer:77", "{}"),
    ("a negative status", "answer:-1", "{}"),
    ("the least status", "answer:-2147483648", "{}"),
    ("RP_ERR_NO_MEMORY", "answer:2", r#"{"status":"success","data":{}}"#),
    ("RP_ERR_CANCELLED, which nobody asked for", "answer:4", ""),
    ("nothing at all", "answer:0", ""),
    ("RP_FAILED, and nothing at all", "answer:1", ""),
    ("no JSON", "answer:0", "hello"),
    ("JSON and more", "answer:0", r#"{"status":"success"} {}"#),
    ("JSON that is cut", "answer:0", r#"{"status":"success","data":{"#),
    ("an array", "answer:0", r#"["success"]"#),
    ("a string", "answer:0", r#""success""#),
    ("no status word", "answer:0", r#"{"data":{}}"#),
    ("two status words", "answer:0", r#"{"status":"success","status":"error"}"#),
    ("an unknown status word", "answer:0", r#"{"status":"maybe","data":{}}"#),
    ("a status word that is no string", "answer:0", r#"{"status":0}"#),
    ("an error without a text", "answer:1", r#"{"status":"error","code":"internal"}"#),
    ("RP_OK with an error", "answer:0", r#"{"status":"error","error":"no","code":"internal"}"#),
    ("RP_FAILED with a success", "answer:1", r#"{"status":"success","data":{}}"#),
    // {"status":"success","data":"\xff"} and a lone surrogate, as bytes.
    ("invalid UTF-8", "hex:0", "7b22737461747573223a2273756363657373222c2264617461223a22ff227d"),
    ("a surrogate in UTF-8", "hex:0", "7b22737461747573223a2273756363657373222c2264617461223a22eda080227d"),
    ("a raw NUL", "hex:0", "7b22737461747573223a227375636365737300227d"),
    ("text, then no memory", "partial:2", "{}"),
    ("text, then an unknown status", "partial:9", "{}"),
    ("another data", "tamper:0:data", ""),
    ("a NULL data", "tamper:0:null_data", ""),
    ("a len past the capacity", "tamper:0:len", ""),
    ("the largest len", "tamper:0:huge_len", ""),
    ("a larger capacity", "tamper:0:capacity", ""),
    ("a smaller capacity", "tamper:0:less_capacity", ""),
    ("another context", "tamper:0:context", ""),
    ("another grow", "tamper:0:grow", ""),
    ("a NULL grow", "tamper:0:null_grow", ""),
    ("another data beside an error response", "tamper:1:data", ""),
    ("another data beside no response", "tamper:2:data", ""),
    ("another data beside an unknown status", "tamper:50:data", ""),
    ("another data while it grows", "regrow:0:data", ""),
    ("a len past the capacity while it grows", "regrow:0:len", ""),
    ("the largest len while it grows", "regrow:0:huge_len", ""),
    ("a larger capacity while it grows", "regrow:0:capacity", ""),
    ("another context while it grows", "regrow:0:context", ""),
    ("another grow while it grows", "regrow:0:grow", ""),
];

#[test]
fn every_fault_is_told() {
    let host = Host::new();
    let mut canary = Canary::new(&host);
    let instance = host.load(answers()).unwrap();
    let mut report = Report::default();
    for (case, message_type, payload) in WRONG {
        let message = Message::new(message_type, payload);
        let told = outcome(&instance, &message);
        report.add(case, &told);
        assert_eq!(outcome_in_a_turn(&instance, &message), told, "{case}, in a turn");
        assert_nothing_stays(&instance, &message);
        assert_eq!(
            outcome(&instance, &Message::new("plain", "{}")),
            r#"{"status":"success","data":{}}"#,
            "{case}"
        );
    }
    plain_faults(&host, &mut report);
    instance.unload().unwrap();
    canary.check("after all answers");
    insta::assert_snapshot!("faults", report.redacted(&[]));
}

/// The same of a turn, for which less is looked at with each message.
fn outcome_in_a_turn(instance: &Instance, message: &Message<'_>) -> String {
    let (mut turn, mut reply) = (instance.enter().unwrap(), Reply::new());
    match turn.call(message, &mut reply).map(|_| ()) {
        Ok(()) => String::from_utf8_lossy(reply.as_bytes()).into_owned(),
        Err(error) => full_text(&error),
    }
}

/// A call that failed leaves an empty reply, whatever the module had written, in a new reply and in one that was used.
fn assert_nothing_stays(instance: &Instance, message: &Message<'_>) {
    let mut used = Reply::new();
    instance.call_raw(&Message::new("fill:100000", ""), &mut used).unwrap();
    for mut reply in [Reply::new(), used] {
        match instance.call_raw(message, &mut reply) {
            Ok(_) => assert!(reply.as_bytes().len() < 1000),
            Err(_) => assert_eq!(reply.as_bytes(), b"", "{message:?}"),
        }
    }
}

fn plain_faults(host: &Host, report: &mut Report) {
    let plain = host.load_with(Source::new("plain").library(), LoadOptions::new().instance("plain")).unwrap();
    let mut add = |case: &str, message: Message<'_>| report.add(case, &outcome(&plain, &message));
    add("a plain module that returns NULL", Message::new("null", "{}"));
    add("a plain module that returns no JSON", Message::new("text", "hello"));
    add("a plain module that returns nothing", Message::new("text", ""));
    add("a raw NUL in a plain module's payload", Message::new("command", "{\"name\":\"a\0b\"}"));
    add("a raw NUL in a plain module's message type", Message::new("com\0mand", "{}"));
    // init, null, text, text: those with a NUL did not reach it.
    add("a plain module afterwards", Message::new("command", "{}"));
    plain.unload().unwrap();
}

/// A module that says it wrote more than it did shows zeros: neither what the host had in that memory, nor what another
/// module answered before it.
#[test]
fn nothing_but_what_was_written() {
    let host = Host::new();
    let instance = host.load(answers()).unwrap();
    let mut reply = Reply::new();
    for bytes in [1, 200, 300, 5000, 100_000] {
        let claim = format!("claim:{bytes}");
        for mut reply in [Reply::new(), Reply::with_limit(bytes)] {
            instance.call_raw(&Message::new(&claim, ""), &mut reply).unwrap();
            assert!(reply.as_bytes() == vec![0; bytes], "{bytes}");
        }
        let mut reserved = Reply::new();
        reserved.reserve(bytes / 2);
        instance.call_raw(&Message::new(&claim, ""), &mut reserved).unwrap();
        assert!(reserved.as_bytes() == vec![0; bytes], "{bytes}");
        // One that answered, and one that withdrew what it had written.
        for before in [format!("fill:{bytes}"), "partial:2".into()] {
            let _withdrawn = instance.call_raw(&Message::new(&before, ""), &mut reply);
            let error = instance.call(&Message::new(&claim, ""), &mut reply).unwrap_err();
            assert_eq!(error.code(), "rp::call::invalid_response", "{before}, {claim}");
            assert!(reply.as_bytes() == vec![0; bytes], "{before}, {claim}");
        }
    }
}

/// The same between modules: the memory of answers is used again for other askers and others who answer.
#[test]
fn nothing_of_another_module() {
    let host = Host::new();
    let asker = start(&host, "asker");
    let secret = r#"{"status":"success","data":{"secret":"the key under the mat"}}"#;
    let load = |name: &str, source: Source| {
        let options = LoadOptions::new().instance(name);
        host.load_with(source.define("INIT_IS_FINE").library(), options).unwrap()
    };
    let _keeper = load("keeper", Source::new("table").define_text("RESPONSE", secret));
    let _claimer = load("claimer", Source::new("table").define(&format!("CLAIMS={}", secret.len())));
    for _ in 0..3 {
        let ask = |module: &str| {
            let sent = support::scripted::run(&asker, json!([support::scripted::ask(module, json!([]))]));
            sent[0]["response"].to_string()
        };
        assert!(ask("keeper").contains("the mat"));
        let claimed = ask("claimer");
        assert!(claimed.contains(r#""status":"error""#) && !claimed.contains("the mat"), "{claimed}");
    }
}

/// The module may cope with a reply that reached its limit, or hand the status on.
#[test]
fn past_the_limit() {
    const LIMIT: usize = 64 << 10;
    let host = Host::new();
    let instance = host.load(answers()).unwrap();
    let mut reply = Reply::with_limit(LIMIT);
    for _ in 0..2 {
        let fits =
            instance.call_raw(&Message::new(&format!("fill:{}", LIMIT - 2048), ""), &mut reply).unwrap();
        assert_eq!((fits, reply.as_bytes().len() > LIMIT - 2048), (Status::Success, true));
        let error = instance.call(&Message::new(&format!("fill:{LIMIT}"), ""), &mut reply).unwrap_err();
        assert_eq!(error.code(), "rp::call::too_large");
        assert_eq!(
            error.to_string(),
            "answers: fill:65536: the response is larger than the limit of 65536 bytes"
        );
        assert_eq!(reply.as_bytes(), b"");
        instance.call(&Message::new(&format!("cope:{LIMIT}"), ""), &mut reply).unwrap();
        assert_eq!(reply.text().unwrap(), r#"{"status":"error","error":"too much","code":"too_large"}"#);
    }
    // A reply that may hold nothing.
    let mut none = Reply::with_limit(0);
    let error = instance.call(&Message::new("answer:0", "{}"), &mut none).unwrap_err();
    assert_eq!(error.code(), "rp::call::too_large");
    // A plain module's text is measured by the same limit.
    let plain = host.load_with(Source::new("plain").library(), LoadOptions::new().instance("plain")).unwrap();
    let mut small = Reply::with_limit(16);
    let error = plain.call(&Message::new("command", "{}"), &mut small).unwrap_err();
    assert_eq!(error.code(), "rp::call::too_large");
}

/// One module asks another whose answer is wrong: the asker gets an error response that names it, never the bytes.
#[test]
fn wrong_answers_do_not_reach_another_module() {
    let host = Host::builder().reply_limit(1 << 20).build();
    let mut canary = Canary::new(&host);
    let asker = start(&host, "asker");
    let mut report = Report::default();
    let response = r#"{"status":"success","data":"\xff"}"#;
    let wrong = |define: &str| Source::new("table").define(define).define("INIT_IS_FINE");
    let cases = [
        (
            "invalid UTF-8",
            Source::new("table")
                .flag(format!("-DRESPONSE={response:?}").replace("\\\\x", "\\x"))
                .define("INIT_IS_FINE"),
        ),
        ("no JSON", wrong("RESPONSE=\"hello\"")),
        ("an unknown status", wrong("STATUS=9")),
        ("no memory", wrong("STATUS=RP_ERR_NO_MEMORY")),
        ("a panic", wrong("STATUS=RP_ERR_PANIC")),
        ("at odds", wrong("STATUS=RP_FAILED")),
    ];
    for (case, source) in cases {
        let asked = host.load_with(source.library(), LoadOptions::new().instance("asked")).unwrap();
        let sent = support::scripted::run(&asker, json!([support::scripted::ask("asked", json!([]))]));
        report.add(case, &serde_json::to_string_pretty(&sent[0]).unwrap());
        asked.unload().unwrap();
    }
    asker.unload().unwrap();
    canary.check("after all answers");
    insta::assert_snapshot!("between_modules", report.redacted(&[]));
}

/// Rust code that panics is caught at its border; the instance is dead, others of the module are not.
#[test]
fn after_a_panic() {
    let host = Host::new();
    let mut canary = Canary::new(&host);
    let first = host.load(built("panics")).unwrap();
    let second = host.load_with(built("panics"), LoadOptions::new().instance("second")).unwrap();
    let mut report = Report::default();
    let command = |name: &str| json!({"name": name}).to_string();
    report.add("a Rust panic", &outcome(&first, &Message::new("command", &command("panic"))));
    report.add("a call after a panic", &outcome(&first, &Message::new("command", &command("ping"))));
    report
        .add("an instance of the same module", &outcome(&second, &Message::new("command", &command("ping"))));
    assert!(!first.is_ready() && second.is_ready());
    // The help says to load it again: its name is free.
    let again = host.load(built("panics")).unwrap();
    report.add("the module, loaded again", &outcome(&again, &Message::new("command", &command("ping"))));
    report.add("the dead handle", &outcome(&first, &Message::new("command", &command("ping"))));
    first.unload().unwrap();
    again.unload().unwrap();
    second.unload().unwrap();
    let options = LoadOptions::new().config(json!({"panic": "shutdown"}));
    let error = host.load_with(built("panics"), options).unwrap().unload().unwrap_err();
    report.add("a panic in shutdown", &full_text(&error));
    canary.check("after all panics");
    insta::assert_snapshot!("panics", report.redacted(&[]));
}

/// Others that wait for an instance that panics, or work in it, are answered.
#[test]
fn a_panic_while_others_wait() {
    let (_keep, dir) = support::temporary();
    let host = Host::new();
    for library in [scripted_library("scripted"), concurrent_scripted_library("scripted")] {
        let instance = host.load(library).unwrap();
        let (go, at_work) = (format!("{dir}/go"), format!("{dir}/at-work"));
        let panics = json!([{"touch": at_work}, {"wait_file": go}, {"return": 3}]);
        let outcomes = std::thread::scope(|scope| {
            let panicking = scope.spawn(|| try_run(&instance, &panics));
            support::await_file(&at_work);
            let waiting: Vec<_> = (0..3).map(|_| scope.spawn(|| try_run(&instance, &json!([])))).collect();
            std::thread::sleep(std::time::Duration::from_millis(20));
            std::fs::write(&go, "").unwrap();
            assert_eq!(panicking.join().unwrap().unwrap_err().code(), "rp::call::panic");
            waiting.into_iter().map(|thread| thread.join().unwrap()).collect::<Vec<_>>()
        });
        for outcome in outcomes {
            assert!(outcome.is_ok() || outcome.unwrap_err().code() == "rp::call::unavailable");
        }
        instance.unload().unwrap();
        std::fs::remove_file(go).unwrap();
        std::fs::remove_file(at_work).unwrap();
    }
}

/// What no module may take for one object, every test-minimal refuses with the standard code, and lives on.
#[test]
fn payloads_that_are_no_object() {
    let host = Host::new();
    for name in test_minimals() {
        let instance = host.load(built(name)).unwrap();
        for (payload, code) in [
            ("", "invalid_json"),
            ("{", "invalid_json"),
            ("{}{}", "invalid_json"),
            ("\u{feff}{}", "invalid_json"),
            ("[]", "invalid_payload"),
            ("null", "invalid_payload"),
            ("\"command\"", "invalid_payload"),
        ] {
            let answer = outcome(&instance, &Message::new("command", payload));
            let answer: serde_json::Value =
                serde_json::from_str(&answer).unwrap_or_else(|_| panic!("{name}: {answer}"));
            assert_eq!(answer["code"], code, "{name}: {payload:?}");
        }
        instance.unload().unwrap();
    }
    // What a module sends is checked by the host, before anyone else sees it.
    let sender = start_concurrent(&host, "sender");
    for payload in [json!([]), json!("text"), json!(null)] {
        let sent = json!([{"send": {"type": "command", "payload": payload}}]);
        let results = support::scripted::run(&sender, sent);
        assert_eq!(support::scripted::code(&results[0]), "invalid_payload", "{payload}");
    }
}

/// What JSON allows in a string passes unchanged; `\u0000` is six bytes of text, which a plain module takes too.
#[test]
fn odd_characters_pass_unchanged() {
    let host = Host::new();
    let args = r#"{"text":"\u0000 \ud83d\ude00 😀𝄞\u{10ffff} é \" \\ \/ \b\f\n\r\t","é\u0000":[1e400,-0.0,0.11111111311111055555]}"#
        .replace("\\u{10ffff}", "\u{10ffff}");
    for name in test_minimals() {
        let instance = host.load(built(name)).unwrap();
        let answer =
            outcome(&instance, &Message::new("command", &format!(r#"{{"name":"echo","args":{args}}}"#)));
        assert_eq!(answer, format!(r#"{{"status":"success","data":{args}}}"#), "{name}");
        instance.unload().unwrap();
    }
}

/// A raw NUL is no JSON: a module of the ABI says so, a plain one never sees it.
#[test]
fn a_raw_nul() {
    let host = Host::new();
    for name in test_minimals() {
        let instance = host.load(built(name)).unwrap();
        let answer = outcome(&instance, &Message::new("command", "{\"name\":\"ping\0\"}"));
        let expected =
            if instance.profile() == rp_host::Profile::Plain { "rp::call::raw_nul" } else { "invalid_json" };
        assert!(answer.contains(expected), "{name}: {answer}");
        let pong: serde_json::Value = instance.command("ping", &json!({})).unwrap();
        let handed = if instance.profile() == rp_host::Profile::Plain { 2 } else { 3 };
        assert_eq!(pong["messages"], handed, "{name}");
    }
}

/// 64 MiB there and back.
#[test]
fn sixty_four_mebibytes() {
    let host = Host::new();
    let mut args = String::from(r#"{"text":""#);
    args.extend(std::iter::repeat_n("0123456789abcde\u{e9}", (64 << 20) / 17));
    args.push_str("\"}");
    let payload = format!(r#"{{"name":"echo","args":{args}}}"#);
    let mut reply = Reply::new();
    for name in test_minimals() {
        let instance = host.load(built(name)).unwrap();
        instance
            .call(&Message::new("command", &payload), &mut reply)
            .unwrap_or_else(|error| panic!("{error}"));
        let echoed = reply.text().unwrap().strip_prefix(r#"{"status":"success","data":"#).unwrap();
        assert!(echoed.strip_suffix('}').unwrap() == args, "{name}: something else came back");
        instance.unload().unwrap();
    }
}

/// A typed caller is told what does not fit, and gets an error response as an error.
#[test]
fn typed_callers_are_told() {
    let host = Host::new();
    let instance = host.load(built("test-minimal")).unwrap();
    let mut report = Report::default();
    let wrong: Result<Vec<u32>, _> = instance.command("ping", &json!({}));
    report.add("data of another shape", &full_text(&wrong.unwrap_err()));
    let failed: Result<serde_json::Value, _> =
        instance.command("fail", &json!({"code": "conflict", "text": "it is taken"}));
    report.add("an error response", &full_text(&failed.unwrap_err()));
    let unwritable = std::collections::HashMap::from([((1, 2), 3)]);
    let unwritable: Result<serde_json::Value, _> = instance.command("echo", &unwritable);
    report.add("arguments that are no JSON", &full_text(&unwritable.unwrap_err()));
    insta::assert_snapshot!("typed", report.redacted(&[]));
}
