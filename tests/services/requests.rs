//! What the host lends: routing, grants, events, progress, cancelling. Driven through `test-relay`, which asks the host
//! whatever it is told to ask.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rp_host::{
    CancelToken, Grants, Host, Instance, LoadOptions, Message, Reply, Request, Right, ServiceError,
};
use serde_json::{Value, json};
use support::{Source, await_that, built};

const ALL: &[(Right, &str)] = &[
    (Right::Read, "*"),
    (Right::Write, "*"),
    (Right::Emit, "*"),
    (Right::Subscribe, "*"),
    (Right::Call, "*"),
    (Right::Provide, "*"),
];

fn relay(host: &Host, name: &str, grants: &[(Right, &str)], config: Value) -> Instance {
    let mut granted = Grants::default();
    for (right, pattern) in grants {
        granted.grant(*right, *pattern);
    }
    let options = LoadOptions::new().instance(name).grants(granted).config(config);
    host.load_with(built("test-relay"), options).unwrap()
}

/// Lets `instance` send a message; answers the host's response.
fn send(instance: &Instance, message_type: &str, payload: Value) -> Value {
    let args = json!({"type": message_type, "payload": payload});
    let payload = json!({"name": "send", "args": args}).to_string();
    let mut reply = Reply::new();
    instance.call(&Message::new("command", &payload), &mut reply).unwrap();
    serde_json::from_slice(reply.as_bytes()).unwrap()
}

fn emit(instance: &Instance, event: &str) -> Value {
    send(instance, "event", json!({"event": event, "data": {"from": instance.name()}}))
}

/// The code of an error response, or its status.
fn code(response: &Value) -> &str {
    response["code"].as_str().unwrap_or_else(|| response["status"].as_str().unwrap())
}

fn heard(host: &Host, instance: &Instance) -> Vec<String> {
    assert!(host.drain_events(Duration::from_secs(10)), "events are still pending");
    let answer: Value = instance.command("heard", &json!({})).unwrap();
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| event["event"].as_str().unwrap().to_owned()).collect()
}

/// Every way to ask, with the one right and name that it needs.
fn doors() -> [(Right, &'static str, &'static str, Value); 4] {
    [
        (Right::Call, "other", "command", json!({"module": "other", "name": "heard"})),
        (Right::Read, "note", "query", json!({"entity": "note"})),
        (Right::Write, "note", "mutation", json!({"entity": "note", "operation": "create", "data": {}})),
        (Right::Emit, "a.b", "event", json!({"event": "a.b"})),
    ]
}

fn provider(host: &Host, name: &str) -> Result<Instance, rp_host::Error> {
    let grants = Grants { provide: vec!["note".into()], ..Grants::default() };
    host.load_with(Source::new("provider").library(), LoadOptions::new().instance(name).grants(grants))
}

fn host_with_provider() -> Host {
    let host = Host::new();
    provider(&host, "provider").unwrap();
    relay(&host, "other", ALL, json!({}));
    host
}

#[test]
fn each_grant_opens_its_door_and_no_other() {
    let host = host_with_provider();
    for (granted, name, ..) in doors() {
        let asker = relay(&host, "asker", &[(granted, name)], json!({}));
        for (right, name, message_type, payload) in doors() {
            let response = send(&asker, message_type, payload);
            if right == granted {
                assert_eq!(code(&response), "success", "{right:?}: {response}");
            } else {
                let verb = right.as_str();
                let text = format!("asker may not {verb} {name}: the grant {verb}={name} is missing");
                assert_eq!((code(&response), response["error"].as_str()), ("denied", Some(&*text)));
            }
        }
        asker.unload().unwrap();
    }
}

#[test]
fn a_similar_name_is_no_grant() {
    let host = host_with_provider();
    let grants =
        [(Right::Read, "note2"), (Right::Write, "not"), (Right::Emit, "a"), (Right::Call, "other.*")];
    let asker = relay(&host, "asker", &grants, json!({}));
    for (_, _, message_type, payload) in doors() {
        assert_eq!(code(&send(&asker, message_type, payload)), "denied");
    }
}

#[test]
fn entities_go_to_their_provider_byte_for_byte() {
    let host = host_with_provider();
    let asker = relay(&host, "asker", ALL, json!({}));
    let found = send(&asker, "query", json!({"entity": "note"}));
    assert_eq!(found["data"], json!({"entities": [{"id": "1"}], "count": 1}));
    let changed = send(&asker, "mutation", json!({"entity": "note", "operation": "update", "data": {}}));
    assert_eq!(changed["data"], json!({"id": "1", "version": 2}));
    let nobody = send(&asker, "query", json!({"entity": "person"}));
    assert_eq!(code(&nobody), "not_supported", "{nobody}");
}

#[test]
fn two_providers_of_one_entity_are_refused() {
    let host = host_with_provider();
    let error = provider(&host, "second").unwrap_err();
    assert_eq!(error.code(), "rp::load::duplicate_entity");
    assert!(host.instance("second").is_none());
}

#[test]
fn what_cannot_be_routed_says_why() {
    let host = host_with_provider();
    let asker = relay(&host, "asker", ALL, json!({}));
    let cases = [
        ("command", json!({"name": "heard"}), "invalid_payload"),
        ("command", json!({"module": 5, "name": "heard"}), "invalid_payload"),
        ("command", json!({"module": "nobody", "name": "heard"}), "unavailable"),
        ("command", json!({"module": "asker", "name": "heard"}), "reentrant"),
        ("command", json!({"module": "other", "name": "nothing"}), "unknown_command"),
        ("query", json!({}), "invalid_payload"),
        ("mutation", json!({"entity": "note", "operation": "burn"}), "invalid_payload"),
        ("event", json!({"data": {}}), "invalid_payload"),
        ("event", json!({"event": "progress", "data": {"done": "x"}}), "invalid_payload"),
        ("weather", json!({}), "not_supported"),
    ];
    for (message_type, payload, expected) in cases {
        let response = send(&asker, message_type, payload.clone());
        assert_eq!(code(&response), expected, "{message_type} {payload}: {response}");
    }
}

#[test]
fn events_reach_every_subscriber_in_order_and_never_the_sender() {
    let host = Host::new();
    let emitter = relay(&host, "emitter", ALL, json!({}));
    let all = relay(&host, "all", ALL, json!({}));
    let some = relay(&host, "some", &[(Right::Subscribe, "a.*")], json!({}));
    let none = relay(&host, "none", &[(Right::Emit, "*")], json!({}));
    let names: Vec<String> =
        (0..200).map(|n| format!("{}.{n}", if n % 2 == 0 { "a" } else { "b" })).collect();
    for name in &names {
        assert_eq!(code(&emit(&emitter, name)), "success");
    }
    let of_a: Vec<_> = names.iter().filter(|name| name.starts_with("a.")).cloned().collect();
    assert_eq!(heard(&host, &all), names);
    assert_eq!(heard(&host, &some), of_a);
    assert!(heard(&host, &none).is_empty());
    assert!(heard(&host, &emitter).is_empty());
}

#[test]
fn the_embedder_emits_too() {
    let host = Host::new();
    let listener = relay(&host, "listener", ALL, json!({}));
    host.publish("hello", &json!({"n": 1})).unwrap();
    assert_eq!(heard(&host, &listener), ["hello"]);
}

#[test]
fn a_loop_of_events_ends_with_a_clear_error() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&log);
    let host = Host::builder().on_log(move |line| lines.lock().unwrap().push(line.text.to_owned())).build();
    let ping = relay(&host, "ping", ALL, json!({"answers": {"pong": "ping"}}));
    let pong = relay(&host, "pong", ALL, json!({"answers": {"ping": "pong"}}));
    assert_eq!(code(&emit(&ping, "ping")), "success");
    let (of_ping, of_pong) = (heard(&host, &ping).len(), heard(&host, &pong).len());
    assert_eq!((of_ping, of_pong), (16, 16));
    let log = log.lock().unwrap();
    let told = log.iter().filter(|line| line.contains("32 events led to")).count();
    assert_eq!(told, 1, "{log:?}");
}

#[test]
fn a_flood_is_pushed_back_and_nobody_gets_half_of_it() {
    let host = Host::builder().event_limit(10).build();
    let emitter = relay(&host, "emitter", ALL, json!({}));
    let slow = relay(&host, "slow", ALL, json!({}));
    let quick = relay(&host, "quick", ALL, json!({}));
    // A call in flight keeps the instance busy, so its queue fills up.
    let payload = json!({"name": "work", "args": {"steps": 60_000}}).to_string();
    let token = CancelToken::new();
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let mut reply = Reply::new();
            slow.call(&Message::new("command", &payload).cancel(&token), &mut reply).map(|_| ())
        });
        std::thread::sleep(Duration::from_millis(50));
        let answers: Vec<String> = (0..50)
            .map(|n| {
                let answer = emit(&emitter, &format!("e.{n}"));
                // Time for the quick one, so that only the slow one's queue is full.
                std::thread::sleep(Duration::from_millis(2));
                code(&answer).to_owned()
            })
            .collect();
        let accepted = answers.iter().take_while(|code| *code == "success").count();
        // Ten wait, and one more is on its way.
        assert!((10..=11).contains(&accepted), "{answers:?}");
        assert!(answers[accepted..].iter().all(|code| code == "unavailable"), "{answers:?}");
        token.cancel();
        let error = busy.join().unwrap().unwrap_err();
        assert_eq!(error.code(), "rp::call::cancelled");
        assert_eq!(heard(&host, &quick).len(), accepted);
        assert_eq!(heard(&host, &slow).len(), accepted);
    });
}

/// Bytes are bounded as well as numbers, over all queues, and what has been delivered counts no longer.
#[test]
fn a_flood_of_large_events_is_pushed_back() {
    let host = Host::builder().event_bytes_limit(10_000).build();
    let emitter = relay(&host, "emitter", ALL, json!({}));
    let large = |size: usize| {
        let payload = json!({"event": "e", "data": {"text": "x".repeat(size)}});
        let answer = send(&emitter, "event", payload);
        (code(&answer).to_owned(), answer["error"].as_str().unwrap_or_default().to_owned())
    };
    assert_eq!(large(20_000).0, "success", "nobody hears it, so nothing waits");
    let slow = relay(&host, "slow", ALL, json!({}));
    let _quick = relay(&host, "quick", ALL, json!({}));
    let (code, text) = large(20_000);
    assert!(code == "too_large" && text.contains("10000"), "{code}: {text}");
    let payload = json!({"name": "work", "args": {"steps": 60_000}}).to_string();
    let token = CancelToken::new();
    std::thread::scope(|scope| {
        let busy = scope.spawn(|| {
            let mut reply = Reply::new();
            slow.call(&Message::new("command", &payload).cancel(&token), &mut reply).map(|_| ())
        });
        std::thread::sleep(Duration::from_millis(50));
        let answers: Vec<_> = (0..20).map(|_| large(1900)).collect();
        let accepted = answers.iter().take_while(|(code, _)| *code == "success").count();
        assert_eq!(accepted, 5, "each is counted once: {answers:?}");
        assert!(answers[accepted..].iter().all(|(code, _)| code == "unavailable"), "{answers:?}");
        await_that(
            || {
                let (_, text) = large(1900);
                text.contains("events for slow") && text.contains("10000 bytes")
            },
            "who holds the events is not named",
        );
        token.cancel();
        busy.join().unwrap().unwrap_err();
    });
    assert!(host.drain_events(Duration::from_secs(20)));
    assert_eq!(large(9000).0, "success", "delivered events give their room back");
}

#[test]
fn a_subscriber_that_fails_is_told_to_the_log_and_harms_nobody() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&log);
    let host = Host::builder().on_log(move |line| lines.lock().unwrap().push(line.text.to_owned())).build();
    let emitter = relay(&host, "emitter", ALL, json!({}));
    let failing = relay(&host, "failing", ALL, json!({"fail_on": "a"}));
    let other = relay(&host, "other", ALL, json!({}));
    emit(&emitter, "a");
    emit(&emitter, "b");
    assert_eq!(heard(&host, &failing), ["a", "b"]);
    assert_eq!(heard(&host, &other), ["a", "b"]);
    assert_eq!(*log.lock().unwrap(), ["failing failed on the event a: failed as configured"]);
}

/// How many threads of this process have that name; 0 where the system does not tell.
fn threads_named(name: &str) -> usize {
    let tasks = std::fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let names = tasks.filter_map(|task| std::fs::read_to_string(task.path().join("comm")).ok());
    names.filter(|found| found.trim_end() == name).count()
}

#[test]
fn events_end_with_their_subscriber() {
    let host = Host::new();
    let emitter = relay(&host, "emitter", ALL, json!({}));
    for _ in 0..20 {
        let listener = relay(&host, "leaver", ALL, json!({}));
        for n in 0..20 {
            emit(&emitter, &format!("e.{n}"));
        }
        listener.unload().unwrap();
        assert_eq!(threads_named("events-leaver"), 0);
    }
    assert!(host.drain_events(Duration::from_secs(10)));
    assert_eq!(code(&emit(&emitter, "e")), "success");
}

#[test]
fn what_a_load_did_not_get_is_named() {
    let log = Arc::new(Mutex::new(Vec::new()));
    let lines = Arc::clone(&log);
    let host = Host::builder().on_log(move |line| lines.lock().unwrap().push(line.text.to_owned())).build();
    relay(&host, "r", &[(Right::Read, "*"), (Right::Call, "*"), (Right::Emit, "a.*")], json!({}));
    let expected = "r requests what is not granted; to grant it: --grant requested, or --grant 'write=*' --grant 'emit=*' --grant 'subscribe=*', \
                    or in rp.toml: grants = { write = [\"*\"], emit = [\"*\"], subscribe = [\"*\"] }";
    assert_eq!(*log.lock().unwrap(), [expected]);
}

#[test]
fn progress_needs_no_grant_and_reaches_the_host() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let host = Host::builder()
        .on_progress(move |progress| {
            sink.lock().unwrap().push((
                progress.instance.to_owned(),
                progress.done,
                progress.total,
                progress.note.clone(),
            ));
        })
        .build();
    let worker = relay(&host, "worker", &[], json!({}));
    let done: Value = worker.command("work", &json!({"steps": 3})).unwrap();
    assert_eq!(done, json!({"done": 3}));
    let expected = [1.0, 2.0, 3.0].map(|done| ("worker".to_owned(), done, Some(3.0), "working".to_owned()));
    assert_eq!(*seen.lock().unwrap(), expected);
}

#[test]
fn cancel_and_deadline_reach_what_is_sent_for_a_message() {
    let host = Host::new();
    let asker = relay(&host, "asker", ALL, json!({}));
    let _worker = relay(&host, "worker", ALL, json!({}));
    let work = json!({"module": "worker", "name": "work", "args": {"steps": 60_000}});
    let payload = json!({"name": "send", "args": {"type": "command", "payload": work}}).to_string();
    let started = Instant::now();
    let mut reply = Reply::new();
    let late = Message::new("command", &payload).deadline(Instant::now() + Duration::from_millis(30));
    let error = asker.call(&late, &mut reply).map(|_| ()).unwrap_err();
    assert_eq!(error.code(), "rp::call::timeout", "{error}");
    let token = CancelToken::new();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_millis(30));
            token.cancel();
        });
        let mut reply = Reply::new();
        let error = asker
            .call(&Message::new("command", &payload).cancel(&token), &mut reply)
            .map(|_| ())
            .unwrap_err();
        assert_eq!(error.code(), "rp::call::cancelled", "{error}");
    });
    assert!(started.elapsed() < Duration::from_secs(20), "the worker was not told");
}

#[test]
fn own_message_types_travel_both_ways() {
    let host = Host::builder()
        .service("weather", |request: &Request<'_>, data: &mut Vec<u8>| {
            assert_eq!(request.payload, r#"{"place":"Kerry"}"#);
            match request.sender {
                "asker" => data.extend_from_slice(br#"{"sky":"grey"}"#),
                other => return Err(ServiceError::new("denied", format!("not for {other}"))),
            }
            Ok(())
        })
        .build();
    let asker = relay(&host, "asker", &[], json!({}));
    let other = relay(&host, "other", &[], json!({}));
    let answer = send(&asker, "weather", json!({"place": "Kerry"}));
    assert_eq!(answer, json!({"status": "success", "data": {"sky": "grey"}}));
    let refused = send(&other, "weather", json!({"place": "Kerry"}));
    assert_eq!((code(&refused), &refused["error"]), ("denied", &json!("not for other")));
    let mut reply = Reply::new();
    asker.call(&Message::new("weather", "{}"), &mut reply).unwrap();
    assert!(reply.text().unwrap().contains("unknown_type"));
}

#[test]
fn the_trace_has_every_message_once() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&seen);
    let host = Host::builder()
        .trace(move |record| {
            let row = format!("{} -> {}: {} {}", record.from, record.to, record.message_type, record.outcome);
            sink.lock().unwrap().push((record.id, record.cause, row));
        })
        .build();
    let asker = relay(&host, "asker", ALL, json!({}));
    let _other = relay(&host, "other", ALL, json!({}));
    send(&asker, "command", json!({"module": "other", "name": "heard"}));
    send(&asker, "query", json!({"entity": "note"}));
    emit(&asker, "e");
    assert!(host.drain_events(Duration::from_secs(10)));
    host.unload_all();
    let seen = seen.lock().unwrap();
    let rows: Vec<_> = seen.iter().map(|(_, _, row)| row.as_str()).collect();
    let expected = [
        "host -> asker: init success",
        "host -> other: init success",
        "asker -> other: command success",
        "host -> asker: command success",
        "asker -> host: query error",
        "host -> asker: command error",
        "asker -> host: event success",
        "host -> asker: command success",
        "host -> other: event success",
        "host -> other: shutdown success",
        "host -> asker: shutdown success",
    ];
    // The event may arrive before the send that emitted it is answered.
    let sorted = |rows: &[&str]| {
        let mut rows: Vec<String> = rows.iter().map(ToString::to_string).collect();
        rows[6..9].sort();
        rows
    };
    assert_eq!(sorted(&rows), sorted(&expected));
    let id_of = |row: &str| seen.iter().find(|(_, _, found)| found == row).unwrap().0;
    let cause_of = |row: &str| seen.iter().find(|(_, _, found)| found == row).unwrap().1;
    assert_eq!(cause_of("asker -> other: command success"), id_of("host -> asker: command success"));
    assert_eq!(cause_of("host -> other: event success"), id_of("asker -> host: event success"));
}

fn host_with_store() -> Host {
    let store = rp_host::store::SqliteStore::in_memory().unwrap();
    let clock = std::sync::atomic::AtomicI64::new(1_000_000);
    Host::builder()
        .store(Arc::new(store))
        .clock(move || clock.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
        .random(|bytes| bytes.fill(7))
        .build()
}

fn create(instance: &Instance, id: &str, data: Value) -> Value {
    send(instance, "mutation", json!({"entity": "note", "operation": "create", "id": id, "data": data}))
}

#[test]
fn the_store_answers_for_what_no_module_provides() {
    let host = host_with_store();
    let writer = relay(&host, "writer", ALL, json!({}));
    let created = create(&writer, "n1", json!({"title": "census", "year": 1851}));
    assert_eq!(created, json!({"status": "success", "data": {"id": "n1", "version": 1}}));
    let found = send(&writer, "query", json!({"entity": "note", "filters": {"year": {"gte": 1850}}}));
    assert_eq!(found["data"]["count"], 1);
    assert_eq!(found["data"]["entities"][0]["data"], json!({"title": "census", "year": 1851}));
    let stale = json!({"entity": "note", "operation": "update", "id": "n1", "version": 9, "data": {}});
    let stale = send(&writer, "mutation", stale);
    assert_eq!((code(&stale), &stale["details"]), ("conflict", &json!({"expected": 9, "found": 1})));
    assert_eq!(
        code(&send(&writer, "query", json!({"entity": "note", "filters": {"year": {"like": 1}}}))),
        "invalid_payload"
    );
}

#[test]
fn what_is_included_needs_its_own_grant() {
    let host = host_with_store();
    let writer = relay(&host, "writer", ALL, json!({}));
    send(&writer, "mutation", json!({"entity": "person", "operation": "create", "id": "p1", "data": {}}));
    create(&writer, "n1", json!({"of": {"$ref": "person/p1"}}));
    let query = json!({"entity": "note", "include": ["of"]});
    let both = relay(&host, "both", &[(Right::Read, "note"), (Right::Read, "person")], json!({}));
    assert_eq!(send(&both, "query", query.clone())["data"]["included"][0]["id"], "p1");
    let one = relay(&host, "one", &[(Right::Read, "note")], json!({}));
    let refused = send(&one, "query", query);
    let text = "one may not read person: the grant read=person is missing";
    assert_eq!((code(&refused), refused["error"].as_str()), ("denied", Some(text)));
}

#[test]
fn changes_of_the_store_are_events() {
    let host = host_with_store();
    let writer = relay(&host, "writer", ALL, json!({}));
    let listener =
        relay(&host, "listener", &[(Right::Subscribe, "entity.*"), (Right::Read, "note")], json!({}));
    create(&writer, "n1", json!({}));
    send(&writer, "mutation", json!({"entity": "note", "operation": "update", "id": "n1", "data": {"a": 1}}));
    create(&writer, "n1", json!({}));
    send(&writer, "mutation", json!({"entity": "note", "operation": "delete", "id": "n1"}));
    assert_eq!(heard(&host, &listener), ["entity.created", "entity.updated", "entity.deleted"]);
    let answer: Value = listener.command("heard", &json!({})).unwrap();
    assert_eq!(answer["events"][1]["data"], json!({"entity": "note", "id": "n1", "version": 2}));
    assert!(heard(&host, &writer).is_empty());
}

#[test]
fn a_change_that_nobody_could_hear_of_is_not_made() {
    let store: Arc<dyn rp_host::store::Store> = Arc::new(rp_host::store::SqliteStore::in_memory().unwrap());
    let host = Host::builder().store(store).event_limit(0).build();
    let writer = relay(&host, "writer", ALL, json!({}));
    let listener = relay(&host, "listener", ALL, json!({}));
    assert_eq!(code(&create(&writer, "n1", json!({}))), "unavailable");
    listener.unload().unwrap();
    assert_eq!(code(&create(&writer, "n1", json!({}))), "success", "the refused change was made after all");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    /// Whatever is granted, a message without its grant never reaches its target.
    #[test]
    fn no_message_without_its_grant_reaches_its_target(
        grants in proptest::collection::vec((0..5_usize, "[ab*.]{1,3}"), 0..6),
        asks in proptest::collection::vec((0..4_usize, "[ab]{1,2}(\\.[ab])?"), 1..8),
    ) {
        let host = host_with_store();
        let mut granted = Grants::default();
        for (right, pattern) in &grants {
            granted.grant(Right::ALL[*right], pattern.as_str());
        }
        let listener = relay(&host, "listener", ALL, json!({}));
        let options = LoadOptions::new().instance("asker").grants(granted.clone());
        let asker = host.load_with(built("test-relay"), options).unwrap();
        let owner = relay(&host, "owner", ALL, json!({}));
        let mut expected_events = Vec::new();
        for (n, (kind, name)) in asks.iter().enumerate() {
            let (right, message_type, payload) = match kind {
                0 => (Right::Call, "command", json!({"module": name, "name": "heard"})),
                1 => (Right::Read, "query", json!({"entity": name})),
                2 => (Right::Write, "mutation", json!({"entity": name, "operation": "create", "id": n.to_string(), "data": {}})),
                _ => (Right::Emit, "event", json!({"event": name})),
            };
            let allowed = means(granted.of(right), name);
            let response = send(&asker, message_type, payload);
            proptest::prop_assert_eq!(code(&response) != "denied", allowed, "{:?} {:?} {}", right, granted, response);
            if allowed && matches!(right, Right::Emit) {
                expected_events.push(name.clone());
            }
            if allowed && matches!(right, Right::Write) {
                expected_events.push("entity.created".to_owned());
            }
            if matches!(right, Right::Write) {
                let found = send(&owner, "query", json!({"entity": name, "id": n.to_string()}));
                proptest::prop_assert_eq!(code(&found) == "success", allowed);
            }
        }
        proptest::prop_assert_eq!(heard(&host, &listener), expected_events);
    }
}

/// What grants mean, written down a second time, as naively as can be.
fn means(patterns: &[String], name: &str) -> bool {
    patterns.iter().any(|pattern| {
        pattern == "*"
            || pattern == name
            || (pattern.ends_with(".*") && name.starts_with(&pattern[..pattern.len() - 1]))
    })
}
