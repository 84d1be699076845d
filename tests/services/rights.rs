//! Nothing without a grant: every way by which an instance learns of, names, blocks or answers for an entity, an event or
//! an instance, and what is told where the right is missing. docs/src/security.md has the same table for people.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rp_host::store::SqliteStore;
use rp_host::{Grants, Host, Instance, LoadOptions, Message, Reply, Right};
use serde_json::{Value, json};
use support::{Source, built, wasm};

fn granted(list: &[&str]) -> Grants {
    let mut grants = Grants::default();
    for grant in list {
        let (word, pattern) = grant.split_once('=').unwrap();
        grants.grant(Right::ALL.into_iter().find(|right| right.as_str() == word).unwrap(), pattern);
    }
    grants
}

fn load(host: &Host, path: &Path, name: &str, grants: &[&str]) -> Instance {
    host.load_with(path, LoadOptions::new().instance(name).grants(granted(grants))).unwrap()
}

/// Lets `instance` send a message; answers the host's response.
fn send(instance: &Instance, message_type: &str, payload: &Value) -> Value {
    let args = json!({"type": message_type, "payload": payload});
    let payload = json!({"name": "send", "args": args}).to_string();
    let mut reply = Reply::new();
    instance.call(&Message::new("command", &payload), &mut reply).unwrap();
    serde_json::from_slice(reply.as_bytes()).unwrap()
}

/// A success as `success`, an error as `code: text details`.
fn told(response: &Value) -> String {
    let Some(code) = response["code"].as_str() else { return "success".to_owned() };
    let details = response.get("details").map(|details| format!(" {details}")).unwrap_or_default();
    format!("{code}: {}{details}", response["error"].as_str().unwrap())
}

fn heard(host: &Host, instance: &Instance) -> Vec<String> {
    assert!(host.drain_events(Duration::from_secs(10)), "events are still pending");
    let answer: Value = instance.command("heard", &json!({})).unwrap();
    let events = answer["events"].as_array().unwrap();
    events.iter().map(|event| format!("{} {}", event["event"].as_str().unwrap(), event["data"])).collect()
}

fn create(entity: &str, id: &str, data: &Value) -> Value {
    json!({"entity": entity, "operation": "create", "id": id, "data": data})
}

fn change(entity: &str, operation: &str, id: &str) -> Value {
    json!({"entity": entity, "operation": operation, "id": id})
}

/// The relay as a library and, where it can be built, as a guest.
fn relays() -> Vec<PathBuf> {
    [Some(built("test-relay")), wasm::module("test-relay")].into_iter().flatten().collect()
}

/// A store with entities that refer to each other, beside an instance named `owner` that may do everything.
fn host(relay: &Path) -> (Host, Instance) {
    let host = Host::builder().store(Arc::new(SqliteStore::in_memory().unwrap())).build();
    let owner = load(&host, relay, "owner", &["read=*", "write=*", "emit=*", "subscribe=*", "call=*"]);
    for (entity, id, data) in [
        ("secret", "alice", json!({"diary": 1})),
        ("note", "pin", json!({"of": {"$ref": "secret/alice"}})),
        ("note", "own", json!({})),
        ("letter", "one", json!({"to": [{"$ref": "note/own"}]})),
        ("secret", "two", json!({"about": {"$ref": "note/own"}})),
        ("secret", "three", json!({"about": {"$ref": "note/own"}})),
    ] {
        assert_eq!(told(&send(&owner, "mutation", &create(entity, id, &data))), "success");
    }
    (host, owner)
}

const MAY_NOT_READ: &str = "denied: spy may not read secret: the grant read=secret is missing";

/// The grants of the spy, what it sends, and what it is told.
fn ways() -> Vec<(&'static [&'static str], &'static str, Value, &'static str)> {
    const NOTES: &[&str] = &["read=note", "write=note"];
    let refer = |target: &str| json!({"r": {"$ref": target}});
    let update = |data: Value| json!({"entity": "note", "operation": "update", "id": "own", "data": data});
    vec![
        // Asking for entities, there or not.
        (NOTES, "query", json!({"entity": "secret"}), MAY_NOT_READ),
        (NOTES, "query", json!({"entity": "secret", "id": "alice"}), MAY_NOT_READ),
        (NOTES, "query", json!({"entity": "secret", "id": "nobody"}), MAY_NOT_READ),
        (NOTES, "query", json!({"entity": "note", "include": ["of"]}), MAY_NOT_READ),
        (&["read=*"], "query", json!({"entity": "note", "include": ["of"]}), "success"),
        // Changing them.
        (
            NOTES,
            "mutation",
            create("secret", "alice", &json!({})),
            "denied: spy may not write secret: the grant write=secret is missing",
        ),
        (
            NOTES,
            "mutation",
            change("secret", "delete", "nobody"),
            "denied: spy may not write secret: the grant write=secret is missing",
        ),
        // Referring to them, there or not, wherever the reference stands.
        (NOTES, "mutation", create("note", "a", &refer("secret/alice")), MAY_NOT_READ),
        (NOTES, "mutation", create("note", "a", &refer("secret/nobody")), MAY_NOT_READ),
        (NOTES, "mutation", create("note", "own", &refer("secret/nobody")), MAY_NOT_READ),
        (NOTES, "mutation", update(refer("secret/alice")), MAY_NOT_READ),
        (NOTES, "mutation", update(json!({"deep": [[refer("secret/alice")]]})), MAY_NOT_READ),
        (NOTES, "mutation", change("note", "update", "nobody"), "invalid_payload: data: expected an object"),
        (
            &["write=note"],
            "mutation",
            create("note", "a", &refer("note/own")),
            "denied: spy may not read note: the grant read=note is missing",
        ),
        (
            NOTES,
            "mutation",
            create("note", "a", &refer("note/nobody")),
            "not_found: data/r: refers to note/nobody, which is not there",
        ),
        // Being told who refers to them.
        (
            NOTES,
            "mutation",
            change("note", "delete", "own"),
            "conflict: note/own: 3 that you may not read refer to it; with \"force\":true it is deleted nevertheless \
             {\"count\":3,\"referrers\":[]}",
        ),
        (
            &["read=letter", "write=note"],
            "mutation",
            change("note", "delete", "own"),
            "conflict: note/own: 1 refer to it, letter/one among them, and 2 that you may not read; with \
             \"force\":true it is deleted nevertheless {\"count\":3,\"referrers\":[\"letter/one\"]}",
        ),
        (
            &["read=*", "write=note"],
            "mutation",
            change("note", "delete", "own"),
            "conflict: note/own: 3 refer to it, letter/one among them; with \"force\":true it is deleted \
             nevertheless {\"count\":3,\"referrers\":[\"letter/one\",\"secret/two\",\"secret/three\"]}",
        ),
        // Sending commands to instances, there or not.
        (
            NOTES,
            "command",
            json!({"module": "owner", "name": "heard"}),
            "denied: spy may not call owner: the grant call=owner is missing",
        ),
        (
            NOTES,
            "command",
            json!({"module": "nobody", "name": "heard"}),
            "denied: spy may not call nobody: the grant call=nobody is missing",
        ),
        // Emitting events, heard by somebody or not; what the store tells is nobody else's to tell.
        (
            NOTES,
            "event",
            json!({"event": "a.b"}),
            "denied: spy may not emit a.b: the grant emit=a.b is missing",
        ),
        (
            &["emit=*", "write=*"],
            "event",
            json!({"event": "entity.created", "data": {"entity": "secret", "id": "forged", "version": 1}}),
            "denied: spy may not emit entity.created: entity.* is what the store tells",
        ),
        // Types that only the host sends.
        (
            &["call=*"],
            "describe",
            json!({}),
            "not_supported: nothing in this host answers messages of type describe",
        ),
        (
            &["call=*"],
            "shutdown",
            json!({}),
            "not_supported: nothing in this host answers messages of type shutdown",
        ),
        (&["call=*"], "init", json!({}), "not_supported: nothing in this host answers messages of type init"),
    ]
}

#[test]
fn every_way_needs_its_grant() {
    for relay in relays() {
        let (host, _) = host(&relay);
        for (grants, message_type, payload, expected) in ways() {
            let spy = load(&host, &relay, "spy", grants);
            let response = send(&spy, message_type, &payload);
            assert_eq!(told(&response), expected, "{}: {grants:?} {message_type} {payload}", relay.display());
            spy.unload().unwrap();
        }
    }
}

#[test]
fn what_a_spy_may_not_read_it_does_not_hold_either() {
    let (host, owner) = host(&built("test-relay"));
    let spy = load(&host, &built("test-relay"), "spy", &["read=note", "write=note"]);
    send(&spy, "mutation", &create("note", "a", &json!({"r": {"$ref": "secret/two"}})));
    assert_eq!(told(&send(&owner, "mutation", &change("secret", "delete", "two"))), "success");
}

#[test]
fn the_store_tells_of_a_change_only_who_may_read_it() {
    for relay in relays() {
        let (host, owner) = host(&relay);
        let blind = load(&host, &relay, "blind", &["subscribe=*"]);
        let reader = load(&host, &relay, "reader", &["subscribe=entity.*", "read=note"]);
        let deaf = load(&host, &relay, "deaf", &["subscribe=notes.*", "read=*"]);
        for entity in ["secret", "note"] {
            send(&owner, "mutation", &create(entity, "new", &json!({})));
            send(
                &owner,
                "mutation",
                &json!({"entity": entity, "operation": "update", "id": "new", "data": {}}),
            );
            send(&owner, "mutation", &change(entity, "delete", "new"));
        }
        let expected = [("created", 1), ("updated", 2), ("deleted", 2)].map(|(what, version)| {
            format!(r#"entity.{what} {{"entity":"note","id":"new","version":{version}}}"#)
        });
        assert_eq!(heard(&host, &reader), expected);
        assert!(heard(&host, &blind).is_empty());
        assert!(heard(&host, &deaf).is_empty());
    }
}

/// A subscriber that is not told of a change cannot keep it from being made either.
#[test]
fn a_full_queue_holds_up_only_what_its_owner_may_hear() {
    let host = Host::builder().store(Arc::new(SqliteStore::in_memory().unwrap())).event_limit(0).build();
    let owner = load(&host, &built("test-relay"), "owner", &["write=*"]);
    load(&host, &built("test-relay"), "blind", &["subscribe=entity.*"]);
    assert_eq!(told(&send(&owner, "mutation", &create("note", "a", &json!({})))), "success");
}

#[test]
fn nobody_answers_for_an_entity_without_the_grant() {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&lines);
    let host = Host::builder()
        .store(Arc::new(SqliteStore::in_memory().unwrap()))
        .on_log(move |line| log.lock().unwrap().push(line.text.to_owned()))
        .build();
    let owner = load(&host, &built("test-relay"), "owner", &["read=note", "write=note"]);
    lines.lock().unwrap().clear();
    let provider = Source::new("provider").library();
    let thief = load(&host, &provider, "thief", &["read=*", "write=*", "emit=*", "subscribe=*", "call=*"]);
    assert!(lines.lock().unwrap().concat().contains("provide=note"), "{:?}", lines.lock().unwrap());
    let kept = send(&owner, "mutation", &create("note", "a", &json!({"secret": "diary"})));
    assert_eq!(kept["data"], json!({"id": "a", "version": 1}));
    assert_eq!(send(&owner, "query", &json!({"entity": "note"}))["data"]["entities"][0]["id"], "a");
    // Nor does it stand in the way of one who was granted it.
    let provider = load(&host, &provider, "provider", &["provide=no.*", "provide=note"]);
    assert_eq!(send(&owner, "query", &json!({"entity": "note"}))["data"]["entities"][0]["id"], "1");
    provider.unload().unwrap();
    thief.unload().unwrap();
    assert_eq!(send(&owner, "query", &json!({"entity": "note"}))["data"]["entities"][0]["id"], "a");
}

#[test]
fn without_a_store_an_ungranted_provider_is_nobody() {
    let host = Host::new();
    let asker = load(&host, &built("test-relay"), "asker", &["read=note"]);
    load(&host, &Source::new("provider").library(), "thief", &["provide=notes"]);
    let nobody = "not_supported: this host has no store, and no loaded module provides note";
    assert_eq!(told(&send(&asker, "query", &json!({"entity": "note"}))), nobody);
}

#[test]
fn nobody_takes_the_name_of_the_host() {
    let host = Host::new();
    let error = host.load_with(built("test-relay"), LoadOptions::new().instance("host")).unwrap_err();
    assert_eq!(error.code(), "rp::load::reserved_name", "{error}");
}
