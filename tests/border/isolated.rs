//! Native modules in processes of their own: they answer as they do in the host's process.

mod reaches;

use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::{
    CancelToken, Grants, Host, HostBuilder, Instance, IsolatedLimits, Isolation, LoadOptions, Message, Reply,
    Sandbox,
};
use serde_json::{Value, json};
use support::minimal::cases::READY;
use support::scripted::{ask, concurrent_scripted_library, payload, run, scripted_library};
use support::{await_that, built, test_minimals};

/// A host whose workers run the command.
fn builder() -> HostBuilder {
    Host::builder().worker_program(env!("CARGO_BIN_EXE_rp"))
}

fn isolated() -> LoadOptions {
    LoadOptions::new().isolated(Isolation::default())
}

/// An instance of a scripted module in a process of its own, which may call every module.
fn scripted(host: &Host, instance: &str) -> Instance {
    scripted_from(host, &scripted_library("scripted"), instance, json!({}))
}

fn scripted_from(host: &Host, library: &Path, instance: &str, config: Value) -> Instance {
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    // Its steps make files.
    let sandbox = Sandbox { write: vec![std::env::temp_dir()], ..Sandbox::default() };
    // What complies does so however little time the machine has for it.
    let limits = IsolatedLimits { grace: Duration::from_secs(20), ..IsolatedLimits::default() };
    let options = LoadOptions::new().isolated(Isolation { limits, sandbox });
    host.load_with(library, options.instance(instance).grants(grants).config(config)).unwrap()
}

/// A host that keeps its log.
fn with_log() -> (HostBuilder, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let taken = Arc::clone(&lines);
    let builder = builder().on_log(move |line| {
        let line = format!("{} {}: {}", line.level.as_str(), line.instance, line.text);
        taken.lock().unwrap().push(line);
    });
    (builder, lines)
}

#[test]
fn every_language_answers_as_natively() {
    for name in test_minimals() {
        let host = builder().build();
        let instance = host.load_with(built(name), isolated()).unwrap();
        assert_eq!((instance.name(), instance.manifest().name.as_str()), (name, name));
        instance.unload().unwrap();
        // Each row needs a process of its own, so not all of them are asked of each language.
        for case in READY.iter().step_by(5) {
            let instance = host.load_with(built(name), isolated()).unwrap();
            let mut reply = Reply::new();
            for (message_type, payload) in case.given {
                instance.call(&Message::new(message_type, payload), &mut reply).unwrap();
            }
            instance.call_raw(&Message::new(case.message_type, case.payload), &mut reply).unwrap();
            assert_eq!(
                reply.text().unwrap(),
                case.response,
                "{name}: {} {}",
                case.message_type,
                case.payload
            );
            // Some rows have shut it down already.
            let _told = instance.unload();
        }
    }
}

#[test]
fn the_host_functions_are_those_of_the_host() {
    let (builder, lines) = with_log();
    let host = builder.clock(|| 77).random(|bytes| bytes.fill(3)).build();
    let one = scripted(&host, "one");
    let _other = scripted(&host, "other");
    let there = ask("other", json!([{"log": "there"}, {"now": true}]));
    let back = ask("other", json!([ask("one", json!([]))]));
    let results = run(
        &one,
        json!([{"log": "here"}, {"now": true}, {"random": true}, there, back, ask("nobody", json!([]))]),
    );
    assert_eq!((&results[1], &results[2]), (&json!(77), &json!([3, 3, 3, 3, 3, 3, 3, 3])));
    assert_eq!(results[3]["response"]["data"]["results"][1], 77);
    let refused = results[4]["response"]["data"]["results"][0]["response"]["code"].clone();
    assert_eq!(refused, "reentrant", "a circle is found across processes");
    assert_eq!(results[5]["response"]["code"], "unavailable");
    assert_eq!(*lines.lock().unwrap(), ["warn one: here", "warn other: there"]);
    assert!(host.unload_all().is_empty());
}

#[test]
fn the_systems_clock_and_randomness_need_no_host() {
    let host = builder().build();
    let results = run(&scripted(&host, "one"), json!([{"now": true}, {"random": true}, {"random": true}]));
    assert!(results[0].as_i64().unwrap() > 1_700_000_000_000_000, "{results}");
    assert_ne!(results[1], results[2]);
}

/// Threads of the module send on lanes of their own, while the instance answers, and join in `destroy`.
#[test]
fn the_modules_own_threads_send() {
    let (builder, lines) = with_log();
    let host = builder.build();
    let one = scripted(&host, "one");
    let _other = scripted(&host, "other");
    let steps: Vec<Value> = (0..4)
        .map(|n| json!({"spawn": [{"log": n.to_string()}, ask("other", json!([{"now": true}]))]}))
        .collect();
    run(&one, Value::from(steps));
    let joined = run(&one, json!([{"join": true}]));
    for results in joined[0].as_array().unwrap() {
        assert_eq!(results[1]["status"], 0, "{joined}");
    }
    let mut lines = lines.lock().unwrap().clone();
    lines.sort();
    assert_eq!(lines, ["warn one: 0", "warn one: 1", "warn one: 2", "warn one: 3"]);
    assert!(host.unload_all().is_empty());
}

#[test]
fn a_cancelled_module_is_told() {
    let host = builder().build();
    let one = scripted(&host, "one");
    assert_eq!(
        run(&one, json!([{"cancelled": "own"}, {"cancelled": 0}, {"cancelled": 987_654}])),
        json!([0, 0, 1])
    );
    let token = CancelToken::new();
    let flag = tempfile::tempdir().unwrap();
    let begun = flag.path().join("begun");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while !begun.exists() {
                std::thread::yield_now();
            }
            token.cancel();
        });
        let payload = payload(&json!([{"touch": begun}, {"until": "cancelled"}, {"return": 4}]));
        let error =
            one.call(&Message::new("command", &payload).cancel(&token), &mut Reply::new()).unwrap_err();
        assert_eq!(error.code(), "rp::call::cancelled", "{error}");
    });
    let payload = payload(&json!([{"until": "cancelled"}, {"return": 4}]));
    let message = Message::new("command", &payload).timeout(Duration::from_millis(30));
    let error = one.call(&message, &mut Reply::new()).unwrap_err();
    assert_eq!(error.code(), "rp::call::timeout", "{error}");
    assert!(one.is_ready(), "it complied");
}

/// A worker that takes no more of a long message holds nobody up for longer than the call is wanted.
#[test]
fn a_call_is_cancelled_while_its_message_is_posted() {
    let host = builder().build();
    let one = host.load_with(scripted_library("scripted"), isolated()).unwrap();
    let long = payload(&json!([{"log": "x".repeat(4 << 20)}]));
    let cancelled_after = |wait| {
        let pid = one.worker().expect("it is isolated").pid;
        // SAFETY: a signal to the worker, which lives as long as nobody ends it.
        assert_eq!(unsafe { libc::kill(pid as i32, libc::SIGSTOP) }, 0);
        let token = CancelToken::new();
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(wait);
                token.cancel();
            });
            one.call(&Message::new("command", &long).cancel(&token), &mut Reply::new()).unwrap_err()
        })
    };
    // When it begins to be posted is chance: who is cancelled before that is asked again, with more time.
    let waits = (3..12).map(|n| Duration::from_millis(1 << n));
    let error = waits.map(cancelled_after).find(|error| error.to_string().contains("it was stopped"));
    assert_eq!(error.expect("one was posted").code(), "rp::call::cancelled");
    await_that(|| one.is_ready(), "it did not come back");
    run(&one, json!([]));
}

/// As many calls at once as there are lanes, each of which calls another module.
#[test]
fn concurrent_calls_have_lanes_of_their_own() {
    let host = builder().build();
    let one = scripted_from(&host, &concurrent_scripted_library("scripted"), "one", json!({}));
    let folder = tempfile::tempdir().unwrap();
    let path = |n: usize| folder.path().join(n.to_string());
    // Each waits until the next one is at work too.
    std::thread::scope(|scope| {
        for n in 0..8 {
            let one = &one;
            scope.spawn(move || {
                let steps = json!([{"touch": path(n)}, {"wait_file": path((n + 1) % 8)}]);
                assert_eq!(run(one, steps), json!([null, true]), "{n}: the next one was not at work");
            });
        }
    });
    assert!(host.unload_all().is_empty());
}

const LANES: &str = "RP_ISOLATED_LANES";

/// Everything here once more over sockets, which carry the calls where no memory is shared.
#[test]
fn the_same_over_sockets() {
    let this = std::env::current_exe().unwrap();
    let output = Command::new(this)
        .args(["isolated::", "--skip", "the_same_over_sockets"])
        .env(LANES, "sockets")
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && !text.contains(" 0 passed"), "{text}");
}

#[cfg(target_os = "linux")]
#[test]
fn calls_go_through_memory_unless_sockets_are_asked_for() {
    let host = builder().build();
    let worker = scripted(&host, "one").worker().unwrap();
    let maps = std::fs::read_to_string(format!("/proc/{}/maps", worker.pid)).unwrap();
    assert_eq!(maps.contains("memfd:rp-channel"), std::env::var_os(LANES).is_none());
}
