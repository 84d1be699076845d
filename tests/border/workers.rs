//! The processes of isolated modules: what they print, how they end, and what is said if there is none.

use std::path::Path;
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rp_host::{
    CancelToken, Host, HostBuilder, HostOptions, Instance, IsolatedLimits, Isolation, LoadOptions, Message,
    Reply, Restart, Sandbox, SandboxMode,
};
use serde_json::{Value, json};
use support::scripted::{concurrent_scripted_library, payload, request, scripted_library, try_run};
use support::{Source, await_file, await_that, built};

use crate::faults::SOON;
use crate::faults::table::crash_at_rest;

/// The status of a module that panicked.
const RP_ERR_PANIC: i32 = 3;
/// Longer than any of this takes.
const PATIENCE: Duration = Duration::from_secs(30);

fn builder() -> HostBuilder {
    Host::builder().worker_program(env!("CARGO_BIN_EXE_rp"))
}

fn with_limits(limits: IsolatedLimits) -> LoadOptions {
    LoadOptions::new().isolated(Isolation { limits, ..Isolation::default() })
}

fn faulty() -> std::path::PathBuf {
    Source::new("tests/hostile/faulty.c").flag("-O0").flag("-pthread").library()
}

fn fault(instance: &Instance, kind: &str) -> Result<Value, rp_host::Error> {
    instance.command("fault", &json!({"kind": kind}))
}

/// A builder whose log goes into a channel.
fn with_log() -> (HostBuilder, Receiver<String>) {
    let (sender, lines) = channel();
    let builder = builder().on_log(move |line| {
        let _test_is_over = sender.send(format!("{} {}: {}", line.level.as_str(), line.instance, line.text));
    });
    (builder, lines)
}

/// Waits for a line with those words.
fn await_line(lines: &Receiver<String>, words: &str) -> String {
    let mut next = || lines.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("no line says {words}"));
    std::iter::repeat_with(&mut next).find(|line| line.contains(words)).unwrap()
}

/// Nobody calls it when it crashes, and it comes back all the same.
#[test]
fn an_idle_worker_that_crashes_is_started_again() {
    let (builder, lines) = with_log();
    let host = builder.build();
    let instance = host.load_with(faulty(), with_limits(IsolatedLimits::default())).unwrap();
    crash_at_rest(&instance);
    await_line(&lines, "SIGSEGV");
    await_line(&lines, "it was started again");
    let _: Value = instance.command("ping", &json!({})).unwrap();
}

/// The call gets the reason; the next one waits for the new worker, which knows nothing of the old one.
#[test]
fn a_call_that_crashes_tells_and_the_next_one_is_answered() {
    for (kind, code) in [("segv", "rp::call::crashed"), ("exit", "rp::call::exited")] {
        let host = builder().build();
        let instance = host.load_with(faulty(), with_limits(IsolatedLimits::default())).unwrap();
        let error = fault(&instance, kind).unwrap_err();
        assert_eq!(error.code(), code, "{error}");
        let _: Value = instance.command("ping", &json!({})).unwrap();
    }
}

#[test]
fn without_restarts_it_stays_dead() {
    let host = builder().build();
    let options = with_limits(IsolatedLimits::default()).restart(Restart::NEVER);
    let instance = host.load_with(faulty(), options).unwrap();
    fault(&instance, "abort").unwrap_err();
    let error = fault(&instance, "segv").unwrap_err();
    assert_eq!(error.code(), "rp::call::unavailable", "{error}");
}

/// The time that the host works for the module does not count for the one limit, and counts for the other.
#[test]
fn a_call_takes_no_longer_than_its_limit() {
    let slow = |_: &rp_host::Request<'_>, _: Value| {
        thread::sleep(Duration::from_millis(800));
        Ok(json!({}))
    };
    let host = builder().service_typed("slow", slow).build();
    let short = IsolatedLimits { call_time: Duration::from_secs(1), ..IsolatedLimits::default() };
    let load = |name: &str, limits| {
        let options = with_limits(limits).instance(name).restart(Restart::NEVER);
        host.load_with(scripted_library("scripted"), options).unwrap()
    };
    let steps = json!([request("slow", json!({})), request("slow", json!({}))]);
    try_run(&load("waits", short), &steps).unwrap();
    let total = IsolatedLimits { total_time: Duration::from_millis(1200), ..short };
    let error = try_run(&load("total", total), &steps).unwrap_err();
    assert_eq!(error.code(), "rp::call::limit_time", "{error}");
    let works = load("works", short);
    let error = try_run(&works, &json!([{"until": "cancelled"}])).unwrap_err();
    assert!(error.to_string().contains("longer than its limit of 1.000 s"), "{error}");
    assert_eq!(try_run(&works, &json!([])).unwrap_err().code(), "rp::call::unavailable");
}

/// A module that ignores its deadline is ended with its worker.
#[test]
fn a_deadline_is_hard() {
    let host = builder().build();
    let instance =
        host.load_with(scripted_library("scripted"), with_limits(IsolatedLimits::default())).unwrap();
    let steps = payload(&json!([{"wait_file": "/nowhere"}]));
    let message = Message::new("command", &steps).timeout(Duration::from_millis(50));
    let error = instance.call(&message, &mut Reply::new()).unwrap_err();
    assert_eq!(error.code(), "rp::call::timeout", "{error}");
    assert!(error.to_string().contains("it was stopped"), "{error}");
    try_run(&instance, &json!([])).unwrap();
}

/// A reply that begins and never ends holds nobody up for longer than the call may take.
#[test]
fn a_reply_that_does_not_end_is_late_like_any_other() {
    let host = builder().build();
    let limits = IsolatedLimits { call_time: Duration::from_secs(1), ..IsolatedLimits::default() };
    // What is open finds the memory of its channel.
    let sandbox = Sandbox { mode: SandboxMode::Off, ..Sandbox::default() };
    let options = LoadOptions::new().isolated(Isolation { limits, sandbox }).restart(SOON);
    let instance = host.load_with(faulty(), options).unwrap();
    let payload = json!({"name": "fault", "args": {"kind": "half frame"}}).to_string();
    let message = || Message::new("command", &payload);
    let code = |message: &Message<'_>| {
        await_that(|| instance.is_ready(), "it did not come back");
        instance.call(message, &mut Reply::new()).unwrap_err().code()
    };
    assert_eq!(code(&message()), "rp::call::limit_time");
    assert_eq!(code(&message().timeout(Duration::from_millis(100))), "rp::call::timeout");
    let token = CancelToken::new();
    thread::scope(|scope| {
        scope.spawn(|| {
            thread::sleep(Duration::from_millis(50));
            token.cancel();
        });
        let fault = code(&message().timeout(PATIENCE).cancel(&token));
        assert_eq!(fault, "rp::call::cancelled");
    });
}

/// The one that crashed is told so, and the others that they lost their worker, whoever notices first.
#[test]
fn only_the_call_that_crashed_is_told_so() {
    let host = builder().build();
    let folder = tempfile::tempdir().unwrap();
    let sandbox = Sandbox { write: vec![folder.path().to_owned()], ..Sandbox::default() };
    // Less than the stacks of their lanes, which do not count.
    let limits = IsolatedLimits { memory: 32 << 20, ..IsolatedLimits::default() };
    let options = LoadOptions::new().isolated(Isolation { limits, sandbox }).restart(SOON);
    let instance = host.load_with(concurrent_scripted_library("scripted"), options).unwrap();
    for round in 0..3 {
        await_that(|| instance.is_ready(), "it did not come back");
        let path = |n: usize| folder.path().join(format!("{round}-{n}"));
        thread::scope(|scope| {
            let (instance, path) = (&instance, &path);
            for n in 0..4 {
                scope.spawn(move || {
                    let steps = json!([{"touch": path(n)}, {"wait_file": path(9)}]);
                    let error = try_run(instance, &steps).unwrap_err();
                    assert_eq!(error.code(), "rp::call::worker_lost", "{error}");
                    assert!(error.to_string().contains("SIGABRT"), "{error}");
                });
            }
            (0..4).for_each(|n| await_file(path(n)));
            let error = try_run(instance, &json!([{"crash": true}])).unwrap_err();
            assert_eq!(error.code(), "rp::call::crashed", "{error}");
            assert!(!error.to_string().contains("it had"), "{error}");
        });
    }
}

/// Who is started again reads what it died of, and so does one that panicked in the host's own process.
#[test]
fn a_new_start_knows_why() {
    let starts = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&starts);
    let builder = builder().trace(move |record| {
        if record.message_type == "init" {
            let payload: Value = serde_json::from_str(record.payload).unwrap();
            taken.lock().unwrap().push(payload["restart"].clone());
        }
    });
    let host = builder.build();
    let native = LoadOptions::new().instance("native").restart(SOON);
    let native = host.load_with(scripted_library("scripted"), native).unwrap();
    let isolated = with_limits(IsolatedLimits::default()).restart(SOON);
    let isolated = host.load_with(scripted_library("scripted"), isolated).unwrap();
    let panic = json!([{"return": RP_ERR_PANIC}]);
    for (instance, steps) in [(&native, &panic), (&isolated, &panic), (&isolated, &json!([{"crash": true}]))]
    {
        try_run(instance, steps).unwrap_err();
        await_that(|| try_run(instance, &json!([])).is_ok(), "it did not come back");
    }
    host.replace("scripted", scripted_library("replacement")).unwrap();
    let (panicked, crashed) = ("rp::call::panic", "rp::call::crashed");
    let once = json!({"count": 1, "code": panicked});
    let expected = json!([null, null, once, once, {"count": 2, "code": crashed}, null]);
    assert_eq!(json!(*starts.lock().unwrap()), expected);
}

#[test]
fn a_flood_of_log_is_cut() {
    let (builder, lines) = with_log();
    let host = builder.build();
    let limits = IsolatedLimits { log_per_second: 10, ..IsolatedLimits::default() };
    let instance = host.load_with(scripted_library("scripted"), with_limits(limits)).unwrap();
    let steps: Vec<Value> = std::iter::repeat_n(json!({"log": "12345678"}), 50).collect();
    try_run(&instance, &Value::from(steps)).unwrap();
    let lines: Vec<String> = lines.try_iter().collect();
    assert!(lines.len() < 50, "{lines:?}");
    assert!(lines.iter().any(|line| line.contains("more than 10 bytes a second")), "{lines:?}");
}

/// A denied call comes back with an error; the same signal from elsewhere is a crash like any other.
#[test]
fn a_signal_of_denied_calls_that_the_filter_did_not_send_is_a_crash() {
    let host = builder().build();
    let instance = host.load_with(faulty(), with_limits(IsolatedLimits::default())).unwrap();
    let error = fault(&instance, "sys").unwrap_err();
    assert_eq!(error.code(), "rp::call::crashed", "{error}");
    assert!(error.to_string().contains("SIGSYS, in "), "{error}");
}

#[test]
fn what_is_printed_goes_to_the_log() {
    let (builder, lines) = with_log();
    let host = builder.build();
    let options = with_limits(IsolatedLimits::default()).instance("printer");
    fault(&host.load_with(faulty(), options).unwrap(), "print").unwrap();
    assert!(await_line(&lines, "printer: ").starts_with("info printer: "));
}

/// The program that is no worker, and the one that is not there.
#[test]
fn without_a_worker_nothing_is_loaded() {
    for (program, words) in
        [("/nowhere/rp-worker", "No such file"), ("/bin/true", "is no worker"), ("/bin/echo", "is no worker")]
    {
        if program.starts_with("/bin") && !Path::new(program).exists() {
            continue;
        }
        let options: HostOptions = serde_json::from_value(json!({"worker_program": program})).unwrap();
        let host = Host::builder().options(&options).build();
        let error =
            host.load_with(built("test-minimal"), with_limits(IsolatedLimits::default())).unwrap_err();
        assert_eq!(error.code(), "rp::load::no_worker", "{error}");
        assert!(error.to_string().contains(words), "{error}");
    }
    // This program serves no worker, and is never started a second time.
    let error =
        Host::new().load_with(built("test-minimal"), with_limits(IsolatedLimits::default())).unwrap_err();
    assert_eq!(error.code(), "rp::load::no_worker", "{error}");
}
