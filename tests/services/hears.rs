//! What the program around a host hears: subscriptions that it empties, and functions that are called.

use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{Grants, HeardEvent, Host, HostBuilder, Instance, LoadOptions, Right, Subscription};
use serde_json::{Value, json};
use support::{await_that, built};

/// Long enough for anything that does come.
const SOON: Duration = Duration::from_secs(20);

/// A builder of a host with a store.
fn builder() -> HostBuilder {
    Host::builder().store(Arc::new(SqliteStore::in_memory().unwrap()))
}

/// An instance that may do everything.
fn relay(host: &Host, name: &str) -> Instance {
    let mut grants = Grants::default();
    for right in Right::ALL {
        grants.grant(right, "*");
    }
    host.load_with(built("test-relay"), LoadOptions::new().instance(name).grants(grants)).unwrap()
}

/// Lets an instance send a message; answers the data, or the error as `code: text`.
fn send(instance: &Instance, message_type: &str, payload: &Value) -> Result<Value, String> {
    let args = json!({"type": message_type, "payload": payload});
    instance.command("send", &args).map_err(|error| error.call_fault().unwrap().to_string())
}

fn emit(instance: &Instance, event: &str) -> Result<(), String> {
    send(instance, "event", &json!({"event": event, "data": {"from": instance.name()}})).map(|_| ())
}

fn create(id: &str) -> Value {
    json!({"entity": "note", "operation": "create", "id": id, "data": {}})
}

/// What waits: each event as `name from`.
fn taken(subscription: &Subscription) -> Vec<String> {
    std::iter::from_fn(|| subscription.try_next())
        .map(|event| format!("{} {}", event.name, event.from))
        .collect()
}

#[test]
fn the_program_hears_instances_itself_and_the_store() {
    let host = builder().build();
    let all = host.subscribe("*", 16).unwrap();
    let relay = relay(&host, "relay");
    emit(&relay, "a.b").unwrap();
    host.publish("c", &json!({"n": 1})).unwrap();
    send(&relay, "mutation", &create("one")).unwrap();
    let _: Value = host.mutate(&create("two")).unwrap();
    let heard: Vec<HeardEvent> = std::iter::from_fn(|| all.try_next()).collect();
    let names: Vec<_> = heard.iter().map(|event| (&*event.name, &*event.from, event.is_own())).collect();
    let expected = [
        ("a.b", "relay", false),
        ("c", "host", true),
        ("entity.created", "relay", false),
        ("entity.created", "host", true),
    ];
    assert_eq!(names, expected);
    assert!(heard[0].cause != 0, "the message whose handler emitted it");
    assert_eq!(heard[0].raw().get(), r#"{"from":"relay"}"#);
    assert_eq!(heard[3].data::<Value>().unwrap(), json!({"entity": "note", "id": "two", "version": 1}));
    let line = serde_json::to_value(&heard[1]).unwrap();
    assert_eq!(line, json!({"event": "c", "data": {"n": 1}, "from": "host", "cause": heard[1].cause}));
    let error = heard[1].data::<Vec<u8>>().unwrap_err();
    assert_eq!(
        (error.code(), error.to_string().as_str()),
        (
            "rp::call::unexpected_data",
            "host: event c: the data is not of the type that the caller wants: expected an array"
        )
    );
}

#[test]
fn patterns_are_those_of_grants_and_each_subscription_hears_for_itself() {
    let host = Host::new();
    let patterns = [("*", 4), ("a.*", 2), ("a.b", 1), ("a", 1), ("a*", 0), ("b.*", 0)];
    let heard = patterns.map(|(pattern, count)| (host.subscribe(pattern, 16).unwrap(), pattern, count));
    for event in ["a", "a.b", "a.b.c", "ab"] {
        host.publish(event, &json!({})).unwrap();
    }
    for (subscription, pattern, count) in heard {
        assert_eq!(subscription.waiting(), count, "{pattern}");
        assert_eq!(taken(&subscription).len(), count, "{pattern}");
    }
}

#[test]
fn an_event_without_room_reaches_nobody_and_its_emitter_is_told() {
    let host = builder().build();
    let (relay, other) = (relay(&host, "relay"), relay(&host, "other"));
    let (full, roomy) = (host.subscribe("*", 1).unwrap(), host.subscribe("*", 16).unwrap());
    emit(&relay, "first").unwrap();
    let why = "host (*) already has 1 events queued; publish fewer, or later (unavailable)";
    assert_eq!(emit(&relay, "second").unwrap_err(), why);
    assert_eq!(host.publish("third", &json!({})).unwrap_err().to_string(), format!("host: event: {why}"));
    assert_eq!(send(&relay, "mutation", &create("one")).unwrap_err(), why);
    let found: Value = host.query(&json!({"entity": "note"})).unwrap();
    assert_eq!(found["count"], 0, "a change that cannot be told is not made");
    assert!(host.drain_events(SOON), "what the program has not taken is not waited for");
    let heard: Value = other.command("heard", &json!({})).unwrap();
    assert_eq!(heard["events"].as_array().unwrap().len(), 1);
    assert_eq!(taken(&full), ["first relay"]);
    emit(&relay, "fourth").unwrap();
    assert_eq!(taken(&full), ["fourth relay"]);
    assert_eq!(taken(&roomy), ["first relay", "fourth relay"]);
    host.publish("fifth", &json!({})).unwrap();
    drop(full);
    host.publish("sixth", &json!({})).unwrap();
    assert_eq!(taken(&roomy), ["fifth host", "sixth host"], "what was dropped holds nobody up");
}

#[test]
fn a_lossy_subscription_holds_nobody_up_and_counts_what_it_missed() {
    let host = Host::new();
    let last = host.subscribe("*", 2).unwrap().lossy();
    for n in 0..5 {
        host.publish(&format!("e{n}"), &json!({})).unwrap();
    }
    let heard: Vec<_> =
        std::iter::from_fn(|| last.try_next()).map(|event| (event.name, event.missed)).collect();
    assert_eq!(heard, [("e3".to_owned(), 3), ("e4".to_owned(), 0)]);
}

#[test]
fn a_thread_waits_for_events_until_the_host_is_gone() {
    let host = Host::new();
    let subscription = host.subscribe("*", 16).unwrap();
    assert!(subscription.next(Duration::from_millis(1)).is_none() && !subscription.is_over());
    let (sender, heard) = mpsc::channel();
    let thread = std::thread::spawn(move || {
        for event in &subscription {
            sender.send(event.name).unwrap();
        }
        assert!(subscription.is_over());
    });
    host.publish("a", &json!({})).unwrap();
    assert_eq!(heard.recv_timeout(SOON).as_deref(), Ok("a"));
    host.publish("last", &json!({})).unwrap();
    drop(host);
    assert_eq!(heard.recv_timeout(SOON).as_deref(), Ok("last"), "what waits outlives the host");
    thread.join().unwrap();
}

#[cfg(unix)]
#[test]
fn the_descriptor_is_readable_exactly_while_an_event_waits() {
    use std::os::fd::AsRawFd;
    let host = Host::new();
    let subscription = host.subscribe("*", 16).unwrap();
    let is_readable = || {
        let mut poll = libc::pollfd { fd: subscription.as_raw_fd(), events: libc::POLLIN, revents: 0 };
        // SAFETY: poll(2) reads and writes the one struct that is passed, whose descriptor the subscription holds open.
        unsafe { libc::poll(&raw mut poll, 1, 0) == 1 }
    };
    for _ in 0..2 {
        assert!(!is_readable());
        host.publish("a", &json!({})).unwrap();
        host.publish("b", &json!({})).unwrap();
        assert!(is_readable());
        assert_eq!(subscription.next(SOON).unwrap().name, "a");
        assert!(is_readable());
        assert_eq!(subscription.try_next().unwrap().name, "b");
    }
    drop(host);
    assert!(is_readable() && subscription.try_next().is_none(), "so that who polls learns of the end");
}

#[test]
fn a_function_hears_on_a_thread_of_its_own() {
    let (go, gate) = mpsc::channel::<()>();
    let (sender, heard) = mpsc::channel();
    let host = builder()
        .on_event("entity.*", |event| assert_eq!(event.name, "entity.created"))
        .on_event("a.*", move |event| {
            gate.recv().unwrap();
            sender.send((event.name.clone(), std::thread::current().id())).unwrap();
        })
        .build();
    let relay = relay(&host, "relay");
    emit(&relay, "a.b").unwrap();
    let _: Value = host.mutate(&create("one")).unwrap();
    emit(&relay, "not.heard").unwrap();
    assert!(!host.drain_events(Duration::ZERO), "the function has not returned");
    await_that(|| host.pending_subscribers() == ["host (a.*)"], "only that function has work left");
    go.send(()).unwrap();
    assert!(host.drain_events(SOON));
    let (name, thread) = heard.try_recv().expect("a drain waits for it");
    assert!(name == "a.b" && thread != std::thread::current().id());
}

#[test]
fn nobody_is_pending_after_a_drain() {
    let host = builder().on_event("a", |_| {}).build();
    for _ in 0..5000 {
        host.publish("a", &json!({})).unwrap();
        // Who sleeps until then comes too late to see it.
        while !host.drain_events(Duration::ZERO) {}
        assert_eq!(host.pending_subscribers(), Vec::<String>::new());
    }
}

#[test]
fn a_function_that_panics_is_logged_and_hears_on() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let (log, heard) = (Arc::clone(&lines), Arc::new(Mutex::new(Vec::new())));
    let names = Arc::clone(&heard);
    let host = Host::builder()
        .on_log(move |line| log.lock().unwrap().push(line.text.to_owned()))
        .on_event("*", move |event| {
            assert_ne!(event.name, "bad");
            names.lock().unwrap().push(event.name.clone());
        })
        .build();
    for event in ["bad", "good", "last"] {
        host.publish(event, &json!({})).unwrap();
    }
    // What was published is heard, although the host ends.
    drop(host);
    assert_eq!(*heard.lock().unwrap(), ["good", "last"]);
    assert_eq!(*lines.lock().unwrap(), ["a function of on_event panicked on the event bad from host"]);
}
