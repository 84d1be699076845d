//! Instances that take the place of others: new code for a live one, a new start for one that died.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use rp_host::{
    CallOptions, CancelToken, Error, Grants, Host, HostBuilder, Instance, LoadOptions, Restart,
    library_file_name,
};
use serde_json::{Value, json};

use super::barrier::{Barrier, at};
use support::await_that;
use support::scripted::{ask, code, results, run, scripted_library, start, try_run};

/// What a module wrote into the log, each line with the module's name.
type Lines = Arc<Mutex<Vec<(String, String)>>>;

fn logging(builder: HostBuilder) -> (HostBuilder, Lines) {
    let lines = Lines::default();
    let taken = Arc::clone(&lines);
    let builder = builder.on_log(move |line| {
        taken.lock().unwrap().push((line.module.to_owned(), line.text.to_owned()));
    });
    (builder, lines)
}

/// Which module says it, by what it logs.
fn said_by(lines: &Lines, text: &str) -> Vec<String> {
    let lines = lines.lock().unwrap();
    lines.iter().filter(|(_, line)| line == text).map(|(module, _)| module.clone()).collect()
}

fn old() -> PathBuf {
    scripted_library("scripted")
}

fn new() -> PathBuf {
    scripted_library("replacement")
}

fn options(restart: Restart) -> LoadOptions {
    let grants = Grants { call: vec!["*".into()], ..Grants::default() };
    LoadOptions::new().instance("one").grants(grants).restart(restart)
}

fn die(instance: &Instance) {
    assert_eq!(try_run(instance, &json!([{"return": 3}])).unwrap_err().code(), "rp::call::panic");
}

/// Handles from before, names and grants lead to the new code; the old code ends after it is ready.
#[test]
fn new_code_under_the_same_handle() {
    let (builder, lines) = logging(Host::builder());
    let host = builder.build();
    let other = start(&host, "other");
    let config = json!({"on_init": [{"log": "begins"}], "on_shutdown": [{"log": "ends"}]});
    let one = host.load_with(old(), options(Restart::NEVER).config(config)).unwrap();
    let held: Vec<Instance> = ["replacement", "scripted", "replacement"]
        .into_iter()
        .map(|name| {
            let replaced = host.replace("one", scripted_library(name)).unwrap();
            assert_eq!((one.manifest().name.as_str(), one.name(), one.is_ready()), (name, "one", true));
            assert_eq!(one.path(), Some(&*scripted_library(name)));
            assert_eq!(replaced.manifest().name, name);
            replaced
        })
        .collect();
    assert_eq!(said_by(&lines, "begins"), ["scripted", "replacement", "scripted", "replacement"]);
    assert_eq!(said_by(&lines, "ends"), ["scripted", "replacement", "scripted"]);
    let order: Vec<String> = lines.lock().unwrap().iter().map(|(_, text)| text.clone()).collect();
    let spoken: Vec<&str> = order.iter().map(String::as_str).filter(|text| !text.starts_with('[')).collect();
    assert_eq!(spoken[..3], ["begins", "begins", "ends"], "the new one is ready before the old one ends");
    // Through old handles, through a new one, by name from another instance, and from the new code itself.
    for instance in held.iter().chain([&one, &host.instance("one").unwrap()]) {
        run(instance, json!([{"log": "here"}, ask("other", json!([]))]));
    }
    let said = run(&other, json!([ask("one", json!([{"log": "here"}]))]));
    assert_eq!(said[0]["status"], 0, "{said}");
    assert_eq!(said_by(&lines, "here"), ["replacement"; 6]);
    assert_eq!(host.instances().len(), 2);
    one.unload().unwrap();
    assert!(held.iter().all(|instance| !instance.is_ready()));
    assert_eq!(try_run(&held[0], &json!([])).unwrap_err().code(), "rp::call::unavailable");
}

/// Calls wait while an instance is replaced: threads, queued calls and modules, each as long as its deadline allows.
#[test]
fn calls_wait_meanwhile() {
    let barrier = Barrier::default();
    let (builder, lines) = logging(Host::builder());
    let host = barrier.host(builder);
    let other = start(&host, "other");
    let one = host.load_with(old(), options(Restart::NEVER)).unwrap();
    let steps = json!({"steps": [{"log": "waited"}]});
    thread::scope(|scope| {
        let working = scope.spawn(|| run(&one, json!([at("work"), {"cancelled": "own"}, {"cancelled": 0}])));
        barrier.await_arrivals("work", 1);
        let replacing = scope.spawn(|| host.replace("one", new()).map(drop));
        await_that(|| !one.is_ready(), "the replacement did not begin");
        let hasty = CallOptions::new().timeout(Duration::from_millis(20));
        let late = one.with(&hasty).command::<_, Value>("run", &steps).unwrap_err();
        assert_eq!(late.code(), "rp::call::timeout");
        let waiting = [
            scope.spawn(|| drop(run(&one, json!([{"log": "waited"}])))),
            scope.spawn(|| drop(run(&other, json!([ask("one", json!([{"log": "waited"}]))])))),
        ];
        let queued = super::awaited::begun(one.command_async("run", &steps));
        assert!(!replacing.is_finished(), "it waits for the call in flight");
        barrier.release("work");
        let said = working.join().unwrap();
        assert_eq!((&said[1], &said[2]), (&json!(0), &json!(0)), "nothing had told the old code to end");
        replacing.join().unwrap().unwrap();
        assert!(super::awaited::block_on(queued).is_ok());
        waiting.into_iter().for_each(|waiting| waiting.join().unwrap());
    });
    assert_eq!(said_by(&lines, "waited"), ["replacement"; 3]);
}

/// Whatever is wrong with the new code, the old instance goes on, with its state, its handles and its name.
#[test]
fn a_failure_keeps_the_old_code() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().wait_limit(Duration::from_millis(60)));
    let one = host.load_with(old(), options(Restart::default())).unwrap();
    run(&one, json!([{"spawn": []}]));
    let broken = |steps: Value| options(Restart::default()).config(json!({"on_init": steps}));
    let cases: Vec<(&str, Result<Instance, Error>)> = vec![
        ("rp::load::not_found", host.replace("one", "nowhere.so")),
        (
            "rp::load::not_a_library",
            host.replace("one", Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")),
        ),
        (
            "rp::load::unexpected_name",
            host.replace_with("one", new(), options(Restart::NEVER).expect_name("x")),
        ),
        (
            "rp::load::unexpected_hash",
            host.replace_with("one", new(), options(Restart::NEVER).sha256([0; 32])),
        ),
        ("rp::load::init_failed", host.replace_with("one", new(), broken(json!([{"return": 3}])))),
        ("rp::load::init_failed", host.replace_with("one", new(), broken(json!([{"return": 4}])))),
        ("rp::call::unavailable", host.replace("two", new())),
    ];
    for (expected, outcome) in cases {
        assert_eq!(outcome.unwrap_err().code(), expected);
        assert_eq!(run(&one, json!([{"cancelled": 0}])), json!([0]), "{expected}");
    }
    thread::scope(|scope| {
        let working = scope.spawn(|| run(&one, json!([at("work"), {"cancelled": 0}])));
        barrier.await_arrivals("work", 1);
        let error = host.replace("one", new()).unwrap_err();
        assert_eq!(error.code(), "rp::call::timeout");
        assert!(error.to_string().starts_with("one: replace: its calls in flight did not finish"), "{error}");
        barrier.release("work");
        assert_eq!(working.join().unwrap()[1], 0);
    });
    assert_eq!(one.manifest().name, "scripted");
    assert_eq!(run(&one, json!([{"join": true}])), json!([[[]]]), "its state is as it was");
    assert_eq!(host.instances().len(), 1);
}

/// The init of the new code asks another instance, which asks for this one: neither waits for the other.
#[test]
fn a_circle_through_a_replacement() {
    let (builder, lines) = logging(Host::builder().wait_limit(Duration::from_secs(600)));
    let host = builder.build();
    let _other = start(&host, "other");
    host.load_with(old(), options(Restart::NEVER)).unwrap();
    let on_init = json!({"on_init": [ask("other", json!([ask("one", json!([]))]))]});
    host.replace_with("one", new(), options(Restart::NEVER).config(on_init)).unwrap();
    let lines = lines.lock().unwrap();
    let said = lines.iter().find(|(module, _)| module == "replacement").map(|(_, text)| text).unwrap();
    let said: Value = serde_json::from_str(said).unwrap();
    assert_eq!(code(&results(&said[0])[0]), "reentrant", "{said}");
}

/// Events that are queued, and those published meanwhile, are handled by the new code, each once.
#[test]
fn queued_events_move_over() {
    let host = Host::new();
    let relay = std::env::current_exe().unwrap().with_file_name(library_file_name("test-relay"));
    let grants = Grants { subscribe: vec!["*".into()], ..Grants::default() };
    let reader = host.load_with(&relay, LoadOptions::new().instance("reader").grants(grants)).unwrap();
    let heard = |instance: &Instance| -> Vec<Value> {
        let heard: Value = instance.command("heard", &json!({})).unwrap();
        heard["events"].as_array().unwrap().iter().map(|event| event["data"].clone()).collect()
    };
    host.publish("before", &json!(0)).unwrap();
    assert!(host.drain_events(Duration::from_secs(20)));
    let token = CancelToken::new();
    let until_then = CallOptions::new().cancel(&token);
    let long = json!({"steps": 600_000});
    let working = super::awaited::begun(reader.with(&until_then).command_async("work", &long));
    await_that(|| is_busy(&reader), "the work did not begin");
    thread::scope(|scope| {
        let replacing = scope.spawn(|| host.replace("reader", &relay).map(drop));
        await_that(|| !reader.is_ready(), "the replacement did not begin");
        (1..=3).for_each(|number| host.publish("meanwhile", &json!(number)).unwrap());
        token.cancel();
        replacing.join().unwrap().unwrap();
    });
    assert_eq!(super::awaited::block_on(working).unwrap_err().code(), "rp::call::cancelled");
    assert!(host.drain_events(Duration::from_secs(20)));
    assert_eq!(heard(&reader), [json!(1), json!(2), json!(3)], "not 0: its state is new");
    host.publish("after", &json!(4)).unwrap();
    assert!(host.drain_events(Duration::from_secs(20)));
    assert_eq!(heard(&reader).len(), 4);
}

/// Whether the instance is busy.
fn is_busy(instance: &Instance) -> bool {
    let at_once = CallOptions::new().timeout(Duration::from_millis(1));
    instance.with(&at_once).command::<_, Value>("heard", &json!({})).is_err()
}

/// Replaced again and again under load, an instance loses no call.
#[test]
fn replaced_under_load() {
    let host = Host::new();
    let one = host.load_with(old(), options(Restart::NEVER)).unwrap();
    let (is_over, calls) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    assert_eq!(run(&one, json!([{"cancelled": 0}])), json!([0]));
                    calls.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for round in 0..40 {
            host.replace("one", if round % 2 == 0 { new() } else { old() }).unwrap();
            let seen = calls.load(Ordering::Relaxed);
            await_that(|| calls.load(Ordering::Relaxed) > seen, "no call is answered");
        }
        is_over.store(true, Ordering::Relaxed);
    });
}

/// After its first death an instance is back at once; who calls it meanwhile waits for that.
#[test]
fn an_instance_that_died_starts_again() {
    let barrier = Barrier::default();
    let (builder, lines) = logging(Host::builder());
    let host = barrier.host(builder);
    let other = start(&host, "other");
    let one = host.load_with(old(), options(Restart::default())).unwrap();
    let dying = super::awaited::begun(
        one.command_async("run", &json!({"steps": [{"spawn": []}, at("work"), {"return": 3}]})),
    );
    barrier.await_arrivals("work", 1);
    let queued: Vec<_> = (0..3)
        .map(|_| super::awaited::begun(one.command_async("run", &json!({"steps": [{"join": true}]}))))
        .collect();
    barrier.release("work");
    assert_eq!(super::awaited::block_on(dying).unwrap_err().code(), "rp::call::panic");
    for call in queued {
        assert_eq!(super::awaited::block_on(call).unwrap()["results"], json!([[]]), "its state is new");
    }
    assert_eq!(run(&one, json!([])), json!([]));
    let said = run(&other, json!([ask("one", json!([]))]));
    assert_eq!(said[0]["status"], 0, "{said}");
    await_that(|| said_by(&lines, "one: it was started again").len() == 1, "the log does not say so");
    let died = "one: it panicked and is dead; it is started again at once";
    assert_eq!(said_by(&lines, died), ["host"]);
    assert_eq!(host.instances().len(), 2);
    one.unload().unwrap();
}

/// The second death brings a pause, in which calls are refused; a replacement, a load or an unload ends it.
#[test]
fn in_the_pause_before_a_restart() {
    let hour = Duration::from_secs(3600);
    let policy = Restart { first: hour, longest: hour, within: hour, ..Restart::default() };
    let started = Instant::now();
    for way in ["replace", "load", "unload", "drop"] {
        let host = Host::new();
        let one = host.load_with(old(), options(policy)).unwrap();
        die(&one);
        assert_eq!(run(&one, json!([])), json!([]), "the first time it is back at once");
        die(&one);
        let error = try_run(&one, &json!([])).unwrap_err();
        assert_eq!(error.code(), "rp::call::unavailable");
        let text = error.call_fault().unwrap().to_string();
        assert!(text.contains("it panicked and is dead; it starts again in 3"), "{text}");
        let queued = super::awaited::block_on(one.command_async::<_, Value>("run", &json!({"steps": []})));
        let queued = queued.unwrap_err().call_fault().unwrap().to_string();
        assert_eq!(queued.split(" in 3").next(), text.split(" in 3").next());
        match way {
            "replace" => drop(host.replace("one", new()).unwrap()),
            "load" => drop(host.load_with(old(), options(policy)).unwrap()),
            "unload" => one.unload().unwrap(),
            _ => {}
        }
        assert_eq!(try_run(&one, &json!([])).is_ok(), way == "replace", "{way}");
        drop(host);
    }
    assert!(started.elapsed() < hour / 60, "nothing waits for the end of a pause");
}

#[test]
fn an_instance_that_dies_too_often_stays_dead() {
    let (builder, lines) = logging(Host::builder());
    let host = builder.build();
    let policy = Restart { attempts: 2, first: Duration::from_millis(5), ..Restart::default() };
    let one = host.load_with(old(), options(policy)).unwrap();
    die(&one);
    run(&one, json!([]));
    die(&one);
    await_that(|| try_run(&one, &json!([])).is_ok(), "it is not started again");
    die(&one);
    let error = try_run(&one, &json!([])).unwrap_err();
    let expected =
        "one: command: the instance is not available: it died too often and is no longer restarted";
    assert_eq!(error.to_string(), expected);
    let last = "one: it panicked and is dead; it stays dead, since it was started again 2 times within 60 s";
    await_that(|| said_by(&lines, last).len() == 1, "the log does not say so");
    // Without a policy it is as before.
    let never = host.load_with(old(), options(Restart::NEVER).instance("never")).unwrap();
    die(&never);
    let error = try_run(&never, &json!([])).unwrap_err();
    assert_eq!(error.to_string(), "never: command: the instance is not available: it panicked and is dead");
}

/// Whoever unloads an instance does not want it back.
#[test]
fn a_death_while_it_is_unloaded_is_the_end() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let one = host.load_with(old(), options(Restart::default())).unwrap();
    thread::scope(|scope| {
        let working = scope.spawn(|| try_run(&one, &json!([at("work"), {"return": 3}])));
        barrier.await_arrivals("work", 1);
        let unloading = scope.spawn(|| one.unload());
        await_that(|| !one.is_ready(), "the unload did not begin");
        barrier.release("work");
        assert_eq!(working.join().unwrap().unwrap_err().code(), "rp::call::panic");
        assert_eq!(unloading.join().unwrap().unwrap_err().code(), "rp::call::unavailable");
    });
    let error = try_run(&one, &json!([])).unwrap_err();
    assert_eq!(error.to_string(), "one: command: the instance is not available: it panicked and is dead");
}
