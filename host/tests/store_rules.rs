//! Every rule of the store, as a table.

#![cfg(feature = "sqlite")]

mod store;

use rp_host::store::{SqliteStore, Store};
use store::{create, ids, mutate, mutate_at, query};

fn new_store() -> SqliteStore {
    SqliteStore::in_memory().unwrap()
}

fn refusal(result: Result<impl std::fmt::Debug, rp_host::Refusal>) -> String {
    let refusal = result.unwrap_err();
    let details = refusal.details().map(|details| format!(" {details}")).unwrap_or_default();
    format!("{}: {}{details}", refusal.code(), refusal.text())
}

#[test]
fn the_life_of_an_entity() {
    let store = new_store();
    let made = mutate_at(&store, 10, r#"{"entity":"note","operation":"create","id":"a","data":{"n" : 1.0}}"#);
    assert_eq!(made.unwrap().version, 1);
    let changed = mutate_at(
        &store,
        20,
        r#"{"entity":"note","operation":"update","id":"a","data":{ "n":2 },"version":1}"#,
    );
    assert_eq!(changed.unwrap().version, 2);
    assert_eq!(
        query(&store, r#"{"entity":"note","id":"a"}"#).unwrap(),
        r#"{"entities":[{"id":"a","version":2,"created_us":10,"modified_us":20,"data":{ "n":2 }}],"count":1}"#
    );
    let removed = mutate(&store, r#"{"entity":"note","operation":"delete","id":"a"}"#).unwrap();
    assert_eq!((&*removed.id, removed.version), ("a", 2));
    assert_eq!(query(&store, r#"{"entity":"note"}"#).unwrap(), r#"{"entities":[],"count":0}"#);
}

#[test]
fn ids_are_made_in_order() {
    let store = new_store();
    let create = r#"{"entity":"note","operation":"create","data":{}}"#;
    let made: Vec<String> = (0..100).map(|_| mutate_at(&store, 5_000, create).unwrap().id).collect();
    assert!(made.is_sorted_by(|one, other| one < other));
    assert_eq!(made[0].len(), 36);
}
