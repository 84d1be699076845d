//! The beginning and the end of an instance, with threads of its own at work.

use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use rp_host::{Host, Instance, LoadOptions, Message, Request, ServiceError};
use serde_json::{Value, json};

use super::barrier::{Barrier, at};
use support::scripted::{
    ask, code, for_message, request, run, scripted_library, source, start, start_from, try_run,
};
use support::{await_file, await_that, temporary};

/// Lines of log: instance, level, text.
type Lines = Arc<Mutex<Vec<(String, String, String)>>>;

fn logging() -> (rp_host::HostBuilder, Lines) {
    let lines = Lines::default();
    let taken = Arc::clone(&lines);
    let builder = Host::builder().on_log(move |line| {
        let line = (line.instance.to_owned(), line.level.as_str().to_owned(), line.text.to_owned());
        taken.lock().unwrap().push(line);
    });
    (builder, lines)
}

fn report(path: &str) -> Value {
    await_file(path);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// In create, log, time and randomness work; `send` is answered `not_initialized`.
#[test]
fn what_works_in_create() {
    let (builder, lines) = logging();
    let host = builder.clock(|| 42).random(|bytes| bytes.fill(7)).build();
    let steps = r#"[{"now":true},{"random":true},{"cancelled":0},{"cancelled":1},
        {"send":{"type":"command","payload":{"module":"a","name":"run"}}}]"#;
    let early = source("scripted").define_text("USES_HOST_IN_CREATE", &steps.replace('\n', " ")).library();
    let instance = start_from(&host, early, "early", json!({}));
    let lines = lines.lock().unwrap();
    let (from, level, text) = &lines[0];
    assert_eq!((from.as_str(), level.as_str()), ("early", "info"));
    let said: Value = serde_json::from_str(text).unwrap();
    assert_eq!(
        said.as_array().unwrap()[..4],
        [json!(42), json!([7, 7, 7, 7, 7, 7, 7, 7]), json!(0), json!(1)]
    );
    assert_eq!(code(&said[4]), "not_initialized", "{said}");
    drop(lines);
    instance.unload().unwrap();
}

/// In init, `send` works; the instance is not ready for others yet.
#[test]
fn what_works_in_init() {
    let (builder, lines) = logging();
    let host = builder.build();
    let _b = start(&host, "b");
    let on_init = json!({"on_init": [ask("b", json!([])), ask("a", json!([])), ask("b", json!([ask("a", json!([]))]))]});
    let a = start_from(&host, scripted_library("scripted"), "a", on_init);
    let said: Value = serde_json::from_str(&lines.lock().unwrap()[0].2).unwrap();
    assert_eq!(said[0]["status"], 0, "{said}");
    assert_eq!(code(&said[1]), "reentrant");
    assert_eq!(code(&said[2]["response"]["data"]["results"][0]), "reentrant");
    a.unload().unwrap();
}

/// Log, clock and randomness, as the embedder replaced them.
#[test]
fn what_the_host_lends() {
    let (builder, lines) = logging();
    let host = builder.clock(|| -5).random(|bytes| bytes.fill(9)).build();
    let instance = start(&host, "one");
    let said = run(&instance, json!([{"log": "é 😀"}, {"now": true}, {"random": true}]));
    assert_eq!(said, json!([null, -5, [9, 9, 9, 9, 9, 9, 9, 9]]));
    let line = ("one".to_owned(), "warn".to_owned(), "é 😀".to_owned());
    assert_eq!(*lines.lock().unwrap(), [line]);
    // The system's own, where nothing is replaced.
    let plain = Host::new();
    let said = run(&start(&plain, "one"), json!([{"now": true}, {"random": true}, {"random": true}]));
    assert!(said[0].as_i64().unwrap() > 1_600_000_000_000_000, "microseconds since 1970: {said}");
    assert_ne!(said[1], said[2], "random");
}

/// An embedder's own message types, from the host to a module and from the module to the host.
#[test]
fn own_message_types() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&seen);
    let host = Host::builder()
        .service("weather", move |request: &Request<'_>, data: &mut Vec<u8>| {
            heard.lock().unwrap().push((
                request.sender.to_owned(),
                request.payload.to_owned(),
                request.cause != 0,
            ));
            match request.payload {
                "{\"of\":\"tomorrow\"}" => Err(ServiceError::new("not_found", "nobody knows")),
                _ => {
                    data.extend_from_slice(b"{ \"sun\" : 1e2 }");
                    Ok(())
                }
            }
        })
        .service("silent", |_: &Request<'_>, _: &mut Vec<u8>| Ok::<(), ServiceError>(()))
        .service("panics", |_: &Request<'_>, _: &mut Vec<u8>| -> Result<(), ServiceError> {
            panic!("as asked")
        })
        .build();
    let one = start(&host, "one");
    let said = run(
        &one,
        json!([request("weather", json!({"of": "today"})), request("weather", json!({"of": "tomorrow"}))]),
    );
    assert_eq!(said[0]["response"], json!({"status": "success", "data": {"sun": 100.0}}));
    assert_eq!(said[1]["response"], json!({"status": "error", "error": "nobody knows", "code": "not_found"}));
    let sent =
        [r#"{"of":"today"}"#, r#"{"of":"tomorrow"}"#].map(|text| ("one".to_owned(), text.to_owned(), true));
    assert_eq!(*seen.lock().unwrap(), sent);
    let said = run(
        &one,
        json!([request("silent", json!({})), request("panics", json!({})), request("weather", json!({}))]),
    );
    assert_eq!(
        said[0]["response"],
        json!({"status": "success", "data": {}}),
        "nothing written is an empty object"
    );
    assert_eq!(
        (code(&said[1]), &said[2]["status"]),
        ("internal", &json!(0)),
        "a service that panics harms nobody"
    );
    // The other way: the module sees the type as it is.
    let answers = host.load(support::Source::new("answers").library()).unwrap();
    let mut reply = rp_host::Reply::new();
    answers
        .call(&Message::new("answer:0:weather", r#"{"status":"success","data":[1]}"#), &mut reply)
        .unwrap();
    assert_eq!(reply.as_bytes(), br#"{"status":"success","data":[1]}"#);
}

/// Unloading waits for the calls in flight, which see that it goes on; new calls are refused meanwhile.
#[test]
fn unload_waits_for_the_calls_in_flight() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let one = start(&host, "one");
    thread::scope(|scope| {
        let steps = json!([at("work"), {"until": "closing"}, at("last"), {"cancelled": "own"}]);
        let working = scope.spawn(|| run(&one, steps));
        barrier.await_arrivals("work", 1);
        let waiting = scope.spawn(|| try_run(&one, &json!([])));
        thread::sleep(Duration::from_millis(10));
        let unloading = scope.spawn(|| one.unload());
        await_that(|| !one.is_ready(), "the unload did not begin");
        assert_eq!(
            waiting.join().unwrap().unwrap_err().code(),
            "rp::call::unavailable",
            "it waited for its turn"
        );
        assert_eq!(try_run(&one, &json!([])).unwrap_err().code(), "rp::call::unavailable");
        barrier.release("work");
        barrier.await_arrivals("last", 1);
        assert!(!unloading.is_finished(), "it must wait for the call in flight");
        assert!(one.unload().is_err(), "a second unload is told so");
        barrier.release("last");
        let said = working.join().unwrap();
        assert_eq!(
            (&said[1], &said[3]),
            (&json!(true), &json!(0)),
            "send works, and the answer is still wanted: {said}"
        );
        unloading.join().unwrap().unwrap();
    });
    assert!(host.instances().is_empty());
    assert_eq!(one.unload().unwrap_err().code(), "rp::call::unavailable");
}

/// An instance that does not come to an end stays loaded and usable.
#[test]
fn an_unload_that_is_given_up() {
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder().wait_limit(Duration::from_millis(50)));
    let one = start(&host, "one");
    thread::scope(|scope| {
        scope.spawn(|| run(&one, json!([at("work")])));
        barrier.await_arrivals("work", 1);
        let error = one.unload().unwrap_err();
        assert_eq!(error.code(), "rp::call::timeout");
        assert!(one.is_ready());
        barrier.release("work");
    });
    assert_eq!(run(&one, json!([{"cancelled": 0}])), json!([0]));
    one.unload().unwrap();
}

/// Unloading from inside a call of the same instance, through a service, would wait for itself.
#[test]
fn unload_from_inside() {
    let own: Arc<Mutex<Vec<Instance>>> = Arc::default();
    let reached = Arc::clone(&own);
    let host = Host::builder()
        .service("unload", move |request: &Request<'_>, _: &mut Vec<u8>| {
            let index = usize::from(request.payload.contains("other"));
            let instance = reached.lock().unwrap()[index].clone();
            instance.unload().map_err(|error| ServiceError::new("conflict", error.code()))
        })
        .build();
    let (one, other) = (start(&host, "one"), start(&host, "other"));
    *own.lock().unwrap() = vec![one.clone(), other.clone()];
    let said = run(&one, json!([request("unload", json!({"who": "own"}))]));
    assert_eq!(said[0]["response"]["error"], "rp::call::reentrant", "{said}");
    // Also where the one that asks is two messages away.
    let said = run(&other, json!([ask("one", json!([request("unload", json!({"who": "other"}))]))]));
    let inner = &said[0]["response"]["data"]["results"][0];
    assert_eq!(inner["response"]["error"], "rp::call::reentrant", "{said}");
    assert!(one.is_ready() && other.is_ready());
    // Another instance it may unload.
    let said = run(&one, json!([request("unload", json!({"who": "other"}))]));
    assert_eq!(said[0]["status"], 0, "{said}");
    assert!(!other.is_ready());
    // A service and the host that it holds would keep each other for ever.
    own.lock().unwrap().clear();
}

/// Threads of a module send while it is unloaded: until `shutdown` returns they are served, from then on they get
/// RP_ERR_CANCELLED, and destroy can join them.
#[test]
fn a_thread_that_sends_during_unload() {
    let (_keep, dir) = temporary();
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let (at_shutdown, end) = (format!("{dir}/shutdown"), format!("{dir}/destroy"));
    let b = start(&host, "b");
    let config = json!({
        "on_shutdown": [ask("b", json!([])), {"cancelled": 0}, {"touch": at_shutdown}],
        "on_destroy": {"report": end, "steps": [ask("b", json!([])), {"cancelled": 0}, {"join": true}, {"log": "lost"}]},
    });
    let one = start_from(&host, scripted_library("scripted"), "one", config);
    run(
        &one,
        json!([{"spawn": [ask("b", json!([at("first")])), {"wait_file": at_shutdown}, {"until": "closing"}, ask("b", json!([at("hold")]))]}]),
    );
    barrier.await_arrivals("first", 1);
    barrier.release("first");
    // The second send of the thread may come before `shutdown` returned or after it; neither may hang.
    barrier.release("hold");
    one.unload().unwrap();
    let said = report(&end);
    assert_eq!(said[0], json!({"status": 4}), "after shutdown send gives RP_ERR_CANCELLED: {said}");
    assert_eq!(said[1], 1, "and cancelled is not 0");
    let of_thread = &said[2][0];
    assert_eq!(of_thread[0]["status"], 0);
    assert!(of_thread[3]["status"] == 4 || of_thread[3]["status"] == 0, "{said}");
    assert_eq!(run(&b, json!([])), json!([]));
}

/// A send that waits for its turn when its instance goes wakes with RP_ERR_CANCELLED.
#[test]
fn a_waiting_send_of_an_unloaded_instance() {
    let (_keep, dir) = temporary();
    let barrier = Barrier::default();
    let host = barrier.host(Host::builder());
    let end = format!("{dir}/destroy");
    let b = start(&host, "b");
    let config = json!({"on_destroy": {"report": end, "steps": [{"join": true}]}});
    let one = start_from(&host, scripted_library("scripted"), "one", config);
    thread::scope(|scope| {
        scope.spawn(|| run(&b, json!([at("hold")])));
        barrier.await_arrivals("hold", 1);
        barrier.release("sends");
        run(&one, json!([{"spawn": [at("sends"), ask("b", json!([at("never reached")]))]}]));
        barrier.await_arrivals("sends", 1);
        thread::sleep(Duration::from_millis(20));
        one.unload().unwrap();
        assert_eq!(report(&end)[0][0][1], json!({"status": 4}));
        barrier.release("hold");
    });
    assert_eq!(barrier.arrivals("never reached"), 0);
}

/// A thread that the module left behind meets a tombstone: answers instead of freed memory.
#[test]
fn a_thread_left_behind() {
    let (_keep, dir) = temporary();
    let (builder, lines) = logging();
    let host = builder.build();
    let b = start(&host, "b");
    let one = start(&host, "one");
    let (go, end) = (format!("{dir}/go"), format!("{dir}/end"));
    let steps = json!([{"wait_file": go}, ask("b", json!([])), for_message(ask("b", json!([]))), {"cancelled": 0},
        {"cancelled": "own"}, {"log": "from beyond"}, {"now": true}, {"random": true}]);
    run(&one, json!([{"leave": {"steps": steps, "report": end}}]));
    one.unload().unwrap();
    drop(one);
    drop(host);
    std::fs::write(&go, "").unwrap();
    let said = report(&end);
    assert_eq!(
        said.as_array().unwrap()[1..5],
        [json!({"status": 4}), json!({"status": 4}), json!(1), json!(1)]
    );
    assert!(said[6].as_i64().unwrap() > 1_600_000_000_000_000);
    assert!(said[7].as_array().unwrap().iter().any(|byte| byte != 0));
    assert!(lines.lock().unwrap().is_empty(), "nobody hears it any more");
    drop(b);
}

/// The same after a panic, where not even destroy runs.
#[test]
fn a_thread_left_behind_by_a_panic() {
    let (_keep, dir) = temporary();
    let host = Host::new();
    let (_b, one) = (start(&host, "b"), start(&host, "one"));
    let (go, end) = (format!("{dir}/go"), format!("{dir}/end"));
    let left = json!({"steps": [{"wait_file": go}, ask("b", json!([])), {"cancelled": 0}], "report": end});
    assert_eq!(
        try_run(&one, &json!([{"leave": left}, {"return": 3}])).unwrap_err().code(),
        "rp::call::panic"
    );
    std::fs::write(&go, "").unwrap();
    assert_eq!(report(&end).as_array().unwrap()[1..], [json!({"status": 4}), json!(1)]);
}

/// A module asks one that is being unloaded, or that panicked.
#[test]
fn asking_one_that_is_gone() {
    let host = Host::new();
    let (a, b) = (start(&host, "a"), start(&host, "b"));
    let sent = run(&a, json!([ask("b", json!([{"return": 3}])), ask("b", json!([]))]));
    assert_eq!((code(&sent[0]), code(&sent[1])), ("panic", "unavailable"), "{sent}");
    b.unload().unwrap();
    let sent = run(&a, json!([ask("b", json!([]))]));
    assert_eq!(code(&sent[0]), "unavailable");
}

/// Dropping the last handle of a host ends every instance, the newest first.
#[test]
fn the_end_of_a_host() {
    let (_keep, dir) = temporary();
    let (builder, lines) = logging();
    let host = builder.build();
    let ends: Vec<_> = (0..3).map(|index| format!("{dir}/end-{index}")).collect();
    let instances: Vec<_> = ends
        .iter()
        .enumerate()
        .map(|(index, end)| {
            let config = json!({
                "on_shutdown": [{"log": format!("{index}")}], "on_destroy": {"steps": [], "report": end},
            });
            let options = LoadOptions::new().instance(format!("m{index}")).config(config);
            host.load_with(scripted_library("scripted"), options).unwrap()
        })
        .collect();
    let clone = host.clone();
    drop(host);
    assert!(instances.iter().all(Instance::is_ready), "a clone still holds it");
    drop(clone);
    assert!(ends.iter().all(|end| std::path::Path::new(end).exists()));
    let order: Vec<_> =
        lines.lock().unwrap().iter().filter(|line| line.1 == "warn").map(|line| line.2.clone()).collect();
    assert_eq!(order, ["2", "1", "0"]);
    assert_eq!(try_run(&instances[0], &json!([])).unwrap_err().code(), "rp::call::unavailable");
}
