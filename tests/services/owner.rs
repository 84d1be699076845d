//! What the program around a host asks of it, as its owner: without a grant, by the ways that modules have.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rp_host::store::{Changed, SqliteStore};
use rp_host::{CancelToken, Fault, Grants, Host, Instance, LoadOptions, Message, Reply, Right, ServiceError};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use support::{Source, built};

fn host() -> Host {
    Host::builder().store(Arc::new(SqliteStore::in_memory().unwrap())).build()
}

fn relay(host: &Host) -> Instance {
    let mut grants = Grants::default();
    grants.grant(Right::Call, "*");
    grants.grant(Right::Subscribe, "*");
    host.load_with(built("test-relay"), LoadOptions::new().instance("relay").grants(grants)).unwrap()
}

/// The response to a message of the owner, as JSON.
fn answer(host: &Host, message_type: &str, payload: &str) -> Value {
    let mut reply = Reply::new();
    host.send(&Message::new(message_type, payload), &mut reply).unwrap();
    serde_json::from_slice(reply.as_bytes()).unwrap()
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct Note {
    text: String,
}

#[test]
fn the_owner_reads_and_writes_the_store_with_types() {
    #[derive(Deserialize)]
    struct Found {
        entities: Vec<Entity>,
        count: u64,
    }
    #[derive(Deserialize)]
    struct Entity {
        data: Note,
    }
    let host = host();
    let note = Note { text: "Ask about the census".to_owned() };
    let create = json!({"entity": "note", "operation": "create", "id": "one", "data": note});
    let made: Changed = host.mutate(&create).unwrap();
    assert_eq!(made, Changed { id: "one".to_owned(), version: 1 });
    let query = rp_protocol::Query { entity: "note".into(), ..rp_protocol::Query::default() };
    let found: Found = host.query(&query).unwrap();
    assert_eq!((found.count, &found.entities[0].data), (1, &note));
    let error = host.mutate::<Changed>(&create).unwrap_err();
    assert_eq!((error.code(), error.module()), ("rp::call::answered_error", Some("host")));
    assert!(error.to_string().starts_with("host: mutation: note/one: it is there already"), "{error}");
    // The place of what does not fit is named, and that it is the program's to change.
    #[derive(Debug, Deserialize)]
    struct Wrong {
        #[serde(rename = "entities")]
        _entities: Vec<String>,
    }
    let error = host.query::<Wrong>(&query).unwrap_err();
    let text =
        "host: query: the data is not of the type that the caller wants: entities[0]: expected a string";
    assert_eq!((error.to_string().as_str(), error.fault()), (text, Fault::Host));
    assert!(error.help().unwrap().contains("change the type"));
}

#[test]
fn the_provider_of_an_entity_answers_before_the_store() {
    let host = host();
    let grants = Grants { provide: vec!["note".into()], ..Grants::default() };
    host.load_with(Source::new("provider").library(), LoadOptions::new().grants(grants)).unwrap();
    let found: Value = host.query(&json!({"entity": "note"})).unwrap();
    assert_eq!(found, json!({"entities": [{"id": "1"}], "count": 1}));
    let update = json!({"entity": "note", "operation": "update", "id": "1", "data": {}});
    assert_eq!(host.mutate::<Changed>(&update).unwrap().version, 2);
    host.unload("provider").unwrap();
    let found: Value = host.query(&json!({"entity": "note"})).unwrap();
    assert_eq!(found["count"], 0, "the store answers");
}

#[test]
fn messages_go_where_those_of_modules_go() {
    let host = host();
    let relay = relay(&host);
    let emit = |event: &str| answer(&host, "event", &json!({"event": event, "data": 1}).to_string());
    let cases = [
        (
            "command",
            r#"{"module":"relay","name":"heard","args":{}}"#,
            json!({"status": "success", "data": {"events": []}}),
        ),
        (
            "command",
            r#"{"module":"nobody","name":"x"}"#,
            json!({"status": "error", "code": "unavailable", "error": "no module named nobody is loaded"}),
        ),
        (
            "command",
            r#"{"name":"x"}"#,
            json!({"status": "error", "code": "invalid_payload", "error": "module: expected the name of a module"}),
        ),
        ("query", r#"{"entity":"note"}"#, json!({"status": "success", "data": {"entities": [], "count": 0}})),
        (
            "query",
            "{",
            json!({"status": "error", "code": "invalid_json", "error": "the payload is not valid JSON"}),
        ),
        (
            "own.type",
            "{}",
            json!({"status": "error", "code": "not_supported", "error": "nothing in this host answers messages of type own.type"}),
        ),
    ];
    for (message_type, payload, expected) in cases {
        assert_eq!(answer(&host, message_type, payload), expected, "{message_type} {payload}");
    }
    // The owner may say what only the store says, so that a test of one module needs no other.
    for event in ["a.b", "entity.created"] {
        assert_eq!(emit(event)["status"], "success");
    }
    assert!(host.drain_events(Duration::from_secs(20)));
    let heard: Value = relay.command("heard", &json!({})).unwrap();
    assert_eq!(heard["events"], json!([{"event": "a.b", "data": 1}, {"event": "entity.created", "data": 1}]));
}

#[test]
fn instances_are_called_and_unloaded_by_name() {
    let host = host();
    let relay = relay(&host);
    let heard: Value = host.command("relay", "heard", &json!({})).unwrap();
    assert_eq!(heard["events"], json!([]));
    host.unload("relay").unwrap();
    assert!(!relay.is_ready() && host.instance("relay").is_none());
    let error = host.command::<_, Value>("relay", "heard", &json!({})).unwrap_err();
    let text = "relay: command heard: the instance is not available: no instance has this name";
    assert_eq!((error.code(), error.to_string().as_str()), ("rp::call::unavailable", text));
    let error = host.unload("relay").unwrap_err();
    assert_eq!(error.to_string(), "relay: unload: the instance is not available: no instance has this name");
}

#[test]
fn a_border_fault_names_the_instance_and_a_cancelled_query_ends() {
    let host = host();
    relay(&host);
    let work = r#"{"module":"relay","name":"work","args":{"steps":60000}}"#;
    let mut reply = Reply::new();
    let expired = Message::new("command", work).deadline(Instant::now());
    let error = host.send(&expired, &mut reply).unwrap_err();
    assert_eq!((error.code(), error.module()), ("rp::call::timeout", Some("relay")));
    let token = CancelToken::new();
    token.cancel();
    let error = host.send(&Message::new("command", work).cancel(&token), &mut reply).unwrap_err();
    assert_eq!(error.code(), "rp::call::cancelled");
}

#[test]
fn the_trace_has_what_the_owner_sends() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&lines);
    let host = Host::builder()
        .trace(move |line| {
            sink.lock().unwrap().push((line.from.to_owned(), line.to.to_owned(), line.id, line.cause))
        })
        .build();
    relay(&host);
    lines.lock().unwrap().clear();
    host.publish("a", &json!({})).unwrap();
    assert!(host.drain_events(Duration::from_secs(20)));
    // The thread that delivers may write its record before the one that published does.
    let mut lines = lines.lock().unwrap().clone();
    lines.sort_by_key(|(_, _, _, cause)| *cause);
    let [(from, to, id, 0), (again, relay, _, cause)] = &lines[..] else { panic!("{lines:?}") };
    assert_eq!((&**from, &**to, &**again, &**relay, cause), ("host", "host", "host", "relay", id));
}

#[derive(Deserialize)]
struct Match {
    people: Vec<Person>,
}

#[derive(Deserialize)]
struct Person {
    surname: String,
}

fn surnames(request: &rp_host::Request<'_>, args: Match) -> Result<Vec<String>, ServiceError> {
    match args.people.is_empty() {
        true => Err(ServiceError::new("not_found", format!("{} names nobody", request.sender))),
        false => Ok(args.people.into_iter().map(|person| person.surname).collect()),
    }
}

#[test]
fn a_service_with_types_says_what_does_not_fit() {
    let host = Host::builder().service_typed("match", surnames).build();
    let relay = relay(&host);
    let ask = |payload: Value| -> Value {
        let payload = json!({"name": "send", "args": {"type": "match", "payload": payload}}).to_string();
        let mut reply = Reply::new();
        relay.call(&Message::new("command", &payload), &mut reply).unwrap();
        serde_json::from_slice(reply.as_bytes()).unwrap()
    };
    assert_eq!(ask(json!({"people": [{"surname": "Ryan"}]})), json!({"status": "success", "data": ["Ryan"]}));
    assert_eq!(
        ask(json!({"people": [{"surname": 7}]})),
        json!({
            "status": "error", "code": "invalid_payload", "error": "people[0].surname: expected a string",
            "details": {"path": "people[0].surname"},
        })
    );
    assert_eq!(
        ask(json!({"people": []})),
        json!({"status": "error", "code": "not_found", "error": "relay names nobody"})
    );
}

#[test]
fn services_come_and_go_while_the_host_runs() {
    let host = Host::new();
    let ask = || answer(&host, "match", r#"{"people":[{"surname":"Ryan"}]}"#);
    assert_eq!(ask()["code"], "not_supported");
    host.add_service_typed("match", surnames);
    assert_eq!(ask()["data"], json!(["Ryan"]));
    host.add_service_typed("match", |_, args: Value| Ok(args["people"].as_array().map(Vec::len)));
    assert_eq!(ask()["data"], 1);
    assert!(host.remove_service("match") && !host.remove_service("match"));
    assert_eq!(ask()["code"], "not_supported");
    // A service that asks its own host does not keep it alive.
    let weak = host.downgrade();
    let own = weak.clone();
    host.add_service_typed("match", move |_, _: Value| Ok(own.upgrade().map(|host| host.instances().len())));
    assert_eq!(ask()["data"], 0);
    drop(host);
    assert!(weak.upgrade().is_none());
}

#[test]
fn calls_are_counted_where_the_builder_asks_for_it() {
    assert_eq!(relay(&host()).counters(), None);
    let host = Host::builder().count_calls().build();
    let relay = relay(&host);
    let before = relay.counters().unwrap();
    assert_eq!((before.calls, before.errors, before.faults), (1, 0, 0), "init");
    let mut reply = Reply::new();
    let sent = [("command", r#"{"name":"heard"}"#), ("command", r#"{"name":"nobody"}"#), ("own.type", "{}")];
    let (mut bytes_in, mut bytes_out) = (0, 0);
    for (message_type, payload) in sent {
        relay.call(&Message::new(message_type, payload), &mut reply).unwrap();
        bytes_in += payload.len() as u64;
        bytes_out += reply.as_bytes().len() as u64;
    }
    let work = r#"{"name":"work","args":{"steps":60000}}"#;
    relay.call(&Message::new("command", work).deadline(Instant::now()), &mut reply).unwrap_err();
    bytes_in += work.len() as u64;
    host.publish("counts.too", &json!({})).unwrap();
    assert!(host.drain_events(Duration::from_secs(20)));
    let now = relay.counters().unwrap();
    assert_eq!((now.calls, now.errors, now.faults), (6, 2, 1), "{now:?}");
    let event = r#"{"event":"counts.too","data":{}}"#.len() as u64;
    assert_eq!(now.bytes_in - before.bytes_in, bytes_in + event);
    assert!(now.bytes_out - before.bytes_out > bytes_out && now.time > before.time, "{now:?}");
}

#[test]
fn a_scan_tells_modules_broken_ones_and_other_libraries_apart() {
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).with_extension(std::env::consts::DLL_EXTENSION);
    std::fs::copy(built("test-relay"), place("b")).unwrap();
    std::fs::copy(built("test-minimal"), place("a")).unwrap();
    std::fs::copy(Source::new("dependency").library(), place("other")).unwrap();
    std::fs::write(place("text"), "no library\n").unwrap();
    std::fs::write(folder.path().join("notes.txt"), "not looked at\n").unwrap();
    std::fs::create_dir(place("folder")).unwrap();
    let found = Host::new().scan(folder.path()).unwrap();
    let names: Vec<_> = found.modules.iter().map(|one| &*one.manifest.as_ref().unwrap().name).collect();
    assert_eq!(names, ["test-minimal", "test-relay"]);
    let refused: Vec<_> = found.refused.iter().map(|error| (error.path().unwrap(), error.code())).collect();
    assert_eq!(refused, [(&*place("text"), "rp::load::not_a_library")]);
    assert_eq!(found.skipped, [place("other")]);
    assert_eq!(rp_host::scan(place("nowhere")).unwrap_err().kind(), std::io::ErrorKind::NotFound);
}
