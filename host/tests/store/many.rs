//! Many entities: the answers are the same with indexes and without. Which index serves a query is tested by its plan, in
//! `plans.rs` of the store. RP_CHECK_FULL=1 takes 10^6 instead of 10^5.

use super::asking::{create, ids, query};
use rp_host::store::{SqliteStore, Store};

/// A store with `count` notes, `n` from 0 on; written past the store, which would take one transaction each.
fn store_with(path: &std::path::Path, count: u32) -> SqliteStore {
    let store = SqliteStore::open(path).unwrap();
    let rows = "WITH RECURSIVE number(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n + 1 < ?)
        INSERT INTO entity (entity, id, version, created_us, modified_us, data)
        SELECT 'note', printf('%07d', n), 1, n, n,
            printf('{\"n\":%d,\"group\":\"g%d\",\"text\":\"%s\"}', n, n % 1000, 'some text that nobody asks for') FROM number";
    let direct = rusqlite::Connection::open(path).unwrap();
    direct.execute_batch("PRAGMA synchronous = OFF").unwrap();
    direct.execute(rows, [count]).unwrap();
    store
}

#[test]
fn pages_of_a_large_store() {
    let count = if std::env::var_os("RP_CHECK_FULL").is_some() { 1_000_000 } else { 100_000 };
    let folder = tempfile::tempdir().unwrap();
    let store = store_with(&folder.path().join("data"), count);
    let last = format!("{:07}", count - 1);
    let in_group = count / 1000;
    let answers = |payload: &str, expected: &str| assert_eq!(ids(&store, payload), expected, "{payload}");
    let group = r#"{"entity":"note","filters":{"group":"g7"},"limit":2}"#;
    let group_found = format!("0000007 0001007 of {in_group}");
    let by_number = r#"{"entity":"note","sort":["-n"],"limit":1}"#;
    let middle = count / 2;
    let from_middle = format!(r#"{{"entity":"note","filters":{{"n":{{"gte":{middle}}}}},"limit":1}}"#);
    let both_ways = || {
        answers(group, &group_found);
        answers(by_number, &format!("{last} of {count}"));
        answers(&from_middle, &format!("{middle:07} of {middle}"));
    };
    both_ways();
    answers(r#"{"entity":"note","limit":2}"#, &format!("0000000 0000001 of {count}"));
    answers(r#"{"entity":"note","sort":["-$id"],"limit":1}"#, &format!("{last} of {count}"));
    answers(
        &format!(r#"{{"entity":"note","offset":{},"limit":5}}"#, count - 1),
        &format!("{last} of {count}"),
    );

    store.index("note", "group").unwrap();
    store.index("note", "n").unwrap();
    both_ways();
    answers(&format!(r#"{{"entity":"note","filters":{{"n":{middle}}}}}"#), &format!("{middle:07} of 1"));
    answers(&format!(r#"{{"entity":"note","id":"{last}"}}"#), &format!("{last} of 1"));
}

#[test]
fn a_large_document() {
    let store = SqliteStore::in_memory().unwrap();
    let items = vec![r#"{"a":[1,2,3],"b":"text"}"#; 100_000].join(",");
    let data = format!(r#"{{"items":[{items}],"last":1}}"#);
    create(&store, "note", "a", &data);
    assert_eq!(ids(&store, r#"{"entity":"note","filters":{"items.99999.b":"text","last":1}}"#), "a of 1");
    assert!(query(&store, r#"{"entity":"note"}"#).unwrap().contains(&data));
}
