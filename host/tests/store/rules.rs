//! Every rule of the store, as a table.

use super::asking::{create, ids, mutate, mutate_at, query, query_as, refused};
use rp_host::ServiceError;
use rp_host::store::{Asker, SqliteStore};

fn new_store() -> SqliteStore {
    SqliteStore::in_memory().unwrap()
}

#[test]
fn the_life_of_an_entity() {
    let store = new_store();
    let made = mutate_at(&store, 10, r#"{"entity":"note","operation":"create","id":"a","data":{"n" : 1.0}}"#);
    assert_eq!(made.unwrap().version, 1);
    let update = r#"{"entity":"note","operation":"update","id":"a","data":{ "n":2 },"version":1}"#;
    assert_eq!(mutate_at(&store, 20, update).unwrap().version, 2);
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

#[test]
fn data_come_back_byte_for_byte() {
    let store = new_store();
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(99), "]".repeat(99));
    let texts = [
        r#"{ "big" : 123456789012345678901234567890.10 , "z":1E+2,"a":[ ] }"#,
        r#"{"escaped":"\u0000\u00e9\/","plain":"é😀","":""}"#,
        r#"{"exact":0.11111111111111055555,"int":18446744073709551616,"none":1e999}"#,
        &deep,
    ];
    for (at, text) in texts.iter().enumerate() {
        create(&store, "note", &at.to_string(), text);
        let answer = query(&store, &format!(r#"{{"entity":"note","id":"{at}"}}"#)).unwrap();
        assert!(answer.contains(&format!("\"data\":{text}}}")), "{answer}");
    }
}

#[test]
fn mutations_that_are_refused() {
    let store = new_store();
    create(&store, "note", "a", "{}");
    create(&store, "note", "b", r#"{"to":{"$ref":"note/a"},"self":{"$ref":"note/b"}}"#);
    let long = "x".repeat(129);
    let deep = format!("{{\"a\":{}{}}}", "[".repeat(120), "]".repeat(120));
    let cases: &[(&str, &str)] = &[
        (
            r#"{"entity":"Note","operation":"create","data":{}}"#,
            "invalid_payload: entity: expected 1 to 128 characters out of a-z 0-9 _ . -",
        ),
        (
            r#"{"entity":"","operation":"create","data":{}}"#,
            "invalid_payload: entity: expected 1 to 128 characters out of a-z 0-9 _ . -",
        ),
        (
            &format!(r#"{{"entity":"{long}","operation":"create","data":{{}}}}"#),
            "invalid_payload: entity: expected 1 to 128 characters out of a-z 0-9 _ . -",
        ),
        (
            r#"{"entity":"note","operation":"create","id":"","data":{}}"#,
            "invalid_payload: id: expected 1 to 128 printable ASCII characters without /",
        ),
        (
            r#"{"entity":"note","operation":"create","id":"a/b","data":{}}"#,
            "invalid_payload: id: expected 1 to 128 printable ASCII characters without /",
        ),
        (
            r#"{"entity":"note","operation":"create","id":"é","data":{}}"#,
            "invalid_payload: id: expected 1 to 128 printable ASCII characters without /",
        ),
        (r#"{"entity":"note","operation":"create"}"#, "invalid_payload: data: expected an object"),
        (r#"{"entity":"note","operation":"create","data":[]}"#, "invalid_payload: data: expected an object"),
        (
            r#"{"entity":"note","operation":"create","version":1,"data":{}}"#,
            "invalid_payload: version: a new entity has none",
        ),
        (
            r#"{"entity":"note","operation":"create","force":true,"data":{}}"#,
            "invalid_payload: force: only for delete",
        ),
        (
            r#"{"entity":"note","operation":"create","data":{"a":1,"a":1}}"#,
            "invalid_payload: data/a: this key is given more than once",
        ),
        (
            r#"{"entity":"note","operation":"create","data":{"a":{"$ref":"x"}}}"#,
            r#"invalid_payload: data/a: an object with the one key $ref is a reference: expected {"$ref":"ENTITY/ID"}"#,
        ),
        (
            r#"{"entity":"note","operation":"create","data":{"a":{"$ref":"note/x/y"}}}"#,
            r#"invalid_payload: data/a: an object with the one key $ref is a reference: expected {"$ref":"ENTITY/ID"}"#,
        ),
        (
            &format!(r#"{{"entity":"note","operation":"create","data":{deep}}}"#),
            "too_large: data: nests deeper than 120 levels",
        ),
        (
            r#"{"entity":"note","operation":"create","id":"a","data":{}}"#,
            "conflict: note/a: it is there already",
        ),
        (
            r#"{"entity":"note","operation":"create","data":{"a":[{"$ref":"note/z"}]}}"#,
            "not_found: data/a/0: refers to note/z, which is not there",
        ),
        (r#"{"entity":"note","operation":"update","data":{}}"#, "invalid_payload: id: expected a string"),
        (r#"{"entity":"note","operation":"update","id":"a"}"#, "invalid_payload: data: expected an object"),
        (
            r#"{"entity":"note","operation":"update","id":"a","data":{},"version":0}"#,
            r#"conflict: note/a: version 0 was expected, found 1 {"expected":0,"found":1}"#,
        ),
        (
            r#"{"entity":"note","operation":"update","id":"a","data":{},"version":18446744073709551615}"#,
            r#"conflict: note/a: version 18446744073709551615 was expected, found 1 {"expected":18446744073709551615,"found":1}"#,
        ),
        (
            r#"{"entity":"note","operation":"update","id":"z","data":{},"version":7}"#,
            "not_found: note/z: there is no such entity",
        ),
        (
            r#"{"entity":"note","operation":"update","id":"a","data":{"b":{"$ref":"gone/1"}}}"#,
            "not_found: data/b: refers to gone/1, which is not there",
        ),
        (r#"{"entity":"note","operation":"delete"}"#, "invalid_payload: id: expected a string"),
        (r#"{"entity":"note","operation":"delete","id":"z"}"#, "not_found: note/z: there is no such entity"),
        (
            r#"{"entity":"other","operation":"delete","id":"a"}"#,
            "not_found: other/a: there is no such entity",
        ),
        (
            r#"{"entity":"note","operation":"delete","id":"a","version":2}"#,
            r#"conflict: note/a: version 2 was expected, found 1 {"expected":2,"found":1}"#,
        ),
        (
            r#"{"entity":"note","operation":"delete","id":"a"}"#,
            r#"conflict: note/a: 1 refer to it, note/b among them; with "force":true it is deleted nevertheless {"count":1,"referrers":["note/b"]}"#,
        ),
    ];
    let before = query(&store, r#"{"entity":"note"}"#).unwrap();
    for (payload, expected) in cases {
        assert_eq!(refused(mutate(&store, payload)), *expected, "{payload}");
    }
    assert_eq!(query(&store, r#"{"entity":"note"}"#).unwrap(), before, "nothing has changed");
}

#[test]
fn references() {
    let store = new_store();
    create(&store, "person", "p", "{}");
    for at in 0..12 {
        create(&store, "note", &format!("n{at:02}"), r#"{"who":[{"$ref":"person/p"},{"$ref":"person/p"}]}"#);
    }
    let error = mutate(&store, r#"{"entity":"person","operation":"delete","id":"p"}"#).unwrap_err();
    let details: serde_json::Value = serde_json::from_str(error.details().unwrap().get()).unwrap();
    assert_eq!((&details["count"], details["referrers"].as_array().unwrap().len()), (&12.into(), 10));

    // A reference that an update drops no longer counts.
    for at in 0..11 {
        let payload = format!(r#"{{"entity":"note","operation":"update","id":"n{at:02}","data":{{}}}}"#);
        mutate(&store, &payload).unwrap();
    }
    mutate(&store, r#"{"entity":"note","operation":"delete","id":"n11"}"#).unwrap();
    mutate(&store, r#"{"entity":"person","operation":"delete","id":"p"}"#).unwrap();

    // An entity may refer to itself, and be deleted then.
    create(&store, "note", "own", r#"{"me":{"$ref":"note/own"}}"#);
    mutate(&store, r#"{"entity":"note","operation":"delete","id":"own"}"#).unwrap();

    // What was deleted by force may come back, and is referred to again.
    create(&store, "person", "q", "{}");
    create(&store, "note", "n", r#"{"who":{"$ref":"person/q"}}"#);
    mutate(&store, r#"{"entity":"person","operation":"delete","id":"q","force":true}"#).unwrap();
    let include = r#"{"entity":"note","id":"n","include":["who"]}"#;
    assert!(query(&store, include).unwrap().ends_with(r#""count":1,"included":[]}"#));
    create(&store, "person", "q", "{}");
    assert!(
        refused(mutate(&store, r#"{"entity":"person","operation":"delete","id":"q"}"#))
            .starts_with("conflict")
    );
}

fn people() -> SqliteStore {
    let store = new_store();
    for (id, data) in [
        ("1", r#"{"name":"Ann","born":1850,"place":{"county":"Essex"},"tags":["a",1,null],"alive":true}"#),
        ("2", r#"{"name":"ann","born":1850.5,"place":{"county":"Kent"},"tags":[],"alive":false}"#),
        ("3", r#"{"name":"Émile","born":"1850","place":null,"tags":"abc","alive":null}"#),
        ("4", r#"{"name":"","born":9007199254740993,"place":{"county":null},"tags":[["a"]]}"#),
        ("5", r#"{"name":"Zo\u00e9","place.county":"dot","born":{"year":1}}"#),
    ] {
        create(&store, "person", id, data);
    }
    store
}

#[test]
fn filters() {
    let store = people();
    let cases: &[(&str, &str)] = &[
        (r#"{}"#, "1 2 3 4 5"),
        (r#"{"name":"Ann"}"#, "1"),
        (r#"{"name":{"eq":"Zoé"}}"#, "5"),
        (r#"{"name":"\u005aoé"}"#, "5"),
        (r#"{"name":{"ne":"Ann"}}"#, "2 3 4 5"),
        (r#"{"born":1850.0}"#, "1"),
        (r#"{"born":"1850"}"#, "3"),
        (r#"{"born":9007199254740992}"#, ""),
        (r#"{"born":9007199254740993}"#, "4"),
        (r#"{"born":{"ne":1850}}"#, "2 3 4 5"),
        (r#"{"born":{"gt":1850}}"#, "2 4"),
        (r#"{"born":{"gte":1850,"lt":1851}}"#, "1 2"),
        (r#"{"born":{"lte":"2"}}"#, "3"),
        (r#"{"born":{"gt":""}}"#, "3"),
        (r#"{"name":{"lt":"a"}}"#, "1 4 5"),
        (r#"{"name":{"gte":"a"}}"#, "2 3"),
        (r#"{"name":{"in":["Ann","","x",1]}}"#, "1 4"),
        (r#"{"name":{"in":[]}}"#, ""),
        (r#"{"alive":true}"#, "1"),
        (r#"{"alive":1}"#, ""),
        (r#"{"alive":null}"#, "3"),
        (r#"{"alive":{"ne":null}}"#, "1 2"),
        (r#"{"alive":{"exists":true}}"#, "1 2 3"),
        (r#"{"alive":{"exists":false}}"#, "4 5"),
        (r#"{"place.county":"Kent"}"#, "2"),
        (r#"{"/place/county":"Kent"}"#, "2"),
        (r#"{"/place.county":"dot"}"#, "5"),
        (r#"{"place.county":null}"#, "4"),
        (r#"{"place":{"exists":true},"place.county":{"exists":false}}"#, "3"),
        (r#"{"tags":{"contains":"a"}}"#, "1 3"),
        (r#"{"tags":{"contains":"bc"}}"#, "3"),
        (r#"{"tags":{"contains":1.0}}"#, "1"),
        (r#"{"tags":{"contains":null}}"#, "1"),
        (r#"{"tags":{"contains":""}}"#, "3"),
        (r#"{"tags.0":"a"}"#, "1"),
        (r#"{"tags.0.0":"a"}"#, "4"),
        (r#"{"tags.00":"a"}"#, ""),
        (r#"{"name":{}}"#, "1 2 3 4 5"),
        (r#"{"$id":{"gte":"4"}}"#, "4 5"),
        (r#"{"$id":{"in":["2","5",3]}}"#, "2 5"),
        (r#"{"$id":3}"#, ""),
        (r#"{"$id":{"ne":3}}"#, "1 2 3 4 5"),
        (r#"{"$id":{"contains":"3"}}"#, "3"),
        (r#"{"$version":1.0}"#, "1 2 3 4 5"),
        (r#"{"$version":"1"}"#, ""),
        (r#"{"$version":{"lt":18446744073709551615}}"#, "1 2 3 4 5"),
        (r#"{"$version":{"gt":0.5,"lte":1}}"#, "1 2 3 4 5"),
        (r#"{"$created_us":{"exists":false}}"#, ""),
    ];
    for (filters, expected) in cases {
        let count = expected.split_whitespace().count();
        let found = ids(&store, &format!(r#"{{"entity":"person","filters":{filters}}}"#));
        assert_eq!(found, format!("{expected} of {count}"), "{filters}");
    }
}

#[test]
fn sorting_and_pages() {
    let store = people();
    let cases: &[(&str, &str)] = &[
        (r#""sort":["born"]"#, "5 1 2 4 3 of 5"),
        (r#""sort":["-born"]"#, "3 4 2 1 5 of 5"),
        (r#""sort":["name"]"#, "4 1 5 2 3 of 5"),
        (r#""sort":["alive","-$id"]"#, "5 4 3 2 1 of 5"),
        (r#""sort":["place","-name"]"#, "5 3 2 1 4 of 5"),
        (r#""sort":["-$id"],"limit":2"#, "5 4 of 5"),
        (r#""sort":["-$id"],"limit":2,"offset":4"#, "1 of 5"),
        (r#""limit":0"#, " of 5"),
        (r#""offset":3"#, "4 5 of 5"),
        (r#""offset":5"#, " of 5"),
        (r#""offset":18446744073709551615,"limit":18446744073709551615"#, " of 5"),
        (r#""limit":1,"filters":{"name":{"gt":"Z"}}"#, "2 of 3"),
        (r#""id":"3""#, "3 of 1"),
        (r#""id":"3","filters":{"name":"Ann"}"#, " of 0"),
    ];
    for (more, expected) in cases {
        assert_eq!(ids(&store, &format!(r#"{{"entity":"person",{more}}}"#)), *expected, "{more}");
    }
}

#[test]
fn queries_that_are_refused() {
    let store = people();
    let many = |count: usize| (0..count).map(|at| format!("\"k{at}\":1")).collect::<Vec<_>>().join(",");
    let values = vec!["1"; 1001].join(",");
    let cases: &[(&str, &str)] = &[
        (
            r#""filters":{"a..b":1}"#,
            "invalid_payload: filters: a..b: an empty step in a path; a key that is empty or holds a dot needs the form /a/b",
        ),
        (
            r#""filters":{"/a~":1}"#,
            "invalid_payload: filters: /a~: a ~ in a JSON pointer that is neither ~0 nor ~1",
        ),
        (
            r#""filters":{"$ref":1}"#,
            "invalid_payload: filters: $ref: of the names with $ there are $id, $version, $created_us and $modified_us; a key like that is written /$ref",
        ),
        (
            r#""filters":{"a":[1]}"#,
            "invalid_payload: filters: a: expected a value that is no array, or an object of operators",
        ),
        (
            r#""filters":{"a":{"like":"x"}}"#,
            "invalid_payload: filters: a.like: expected one of eq ne in lt lte gt gte contains exists",
        ),
        (
            r#""filters":{"a":{"eq":{}}}"#,
            "invalid_payload: filters: a.eq: expected a value that is no array and no object",
        ),
        (
            r#""filters":{"a":{"in":1}}"#,
            "invalid_payload: filters: a.in: expected an array of values that are no arrays and no objects",
        ),
        (
            r#""filters":{"a":{"in":[[]]}}"#,
            "invalid_payload: filters: a.in: expected an array of values that are no arrays and no objects",
        ),
        (r#""filters":{"a":{"lt":true}}"#, "invalid_payload: filters: a.lt: expected a number or a string"),
        (r#""filters":{"a":{"exists":1}}"#, "invalid_payload: filters: a.exists: expected true or false"),
        (
            r#""filters":{"a":"\ud800"}"#,
            "invalid_payload: filters: a: expected a value that is no array, or an object of operators",
        ),
        (r#""filters":{"a":1,"\u0061":2}"#, "invalid_payload: filters: a is given more than once"),
        (&format!(r#""filters":{{{}}}"#, many(101)), "too_large: filters: more than 100 conditions"),
        (
            &format!(r#""filters":{{"a":{{"in":[{values}]}}}}"#),
            "too_large: filters: a.in: more than 1000 values",
        ),
        (
            r#""sort":[""]"#,
            "invalid_payload: sort: : an empty step in a path; a key that is empty or holds a dot needs the form /a/b",
        ),
        (
            r#""sort":["-$no"]"#,
            "invalid_payload: sort: $no: of the names with $ there are $id, $version, $created_us and $modified_us; a key like that is written /$no",
        ),
        (&format!(r#""sort":[{}]"#, vec!["\"a\""; 17].join(",")), "too_large: sort: more than 16 paths"),
        (
            r#""include":["$id"]"#,
            "invalid_payload: include: $id: no reference; expected a path into the data",
        ),
        (r#""id":"none""#, "not_found: person/none: there is no such entity"),
        (r#""id":"a/b""#, "invalid_payload: id: expected 1 to 128 printable ASCII characters without /"),
    ];
    for (more, expected) in cases {
        assert_eq!(refused(query(&store, &format!(r#"{{"entity":"person",{more}}}"#))), *expected, "{more}");
    }
    assert!(query(&store, &format!(r#"{{"entity":"person","filters":{{{}}}}}"#, many(100))).is_ok());
    assert_eq!(query(&store, r#"{"entity":"unknown"}"#).unwrap(), r#"{"entities":[],"count":0}"#);
}

#[test]
fn include() {
    let store = new_store();
    create(&store, "person", "p", r#"{"name":"P"}"#);
    create(&store, "place", "x\"y", "{}");
    create(
        &store,
        "note",
        "1",
        r#"{"by":{"$ref":"person/p"},"at":[{"$ref":"place/x\"y"},{"$ref":"person/p"},7]}"#,
    );
    create(&store, "note", "2", r#"{"by":{"$ref":"person/p"},"at":null}"#);
    let answer =
        query(&store, r#"{"entity":"note","include":["by","at","none"],"filters":{"by.$ref":"person/p"}}"#)
            .unwrap();
    let (_, included) = answer.split_once(r#""count":2,"included":"#).unwrap();
    let included: Vec<serde_json::Value> = serde_json::from_str(included.strip_suffix('}').unwrap()).unwrap();
    let shown: Vec<_> = included
        .iter()
        .map(|entity| format!("{}/{} {}", entity["entity"], entity["id"], entity["version"]))
        .collect();
    assert_eq!(shown, [r#""person"/"p" 1"#, r#""place"/"x\"y" 1"#]);
    assert!(
        query(&store, r#"{"entity":"person","include":["by"]}"#)
            .unwrap()
            .ends_with(r#""count":1,"included":[]}"#)
    );

    // What is included needs its own grant; what is not asked for needs none.
    let check = |entity: &str| match entity {
        "place" => Err(ServiceError::new("denied", "read=place is missing")),
        _ => Ok(()),
    };
    let asker = Asker::new(&check);
    assert!(query_as(&store, &asker, r#"{"entity":"note","include":["by"]}"#).is_ok());
    assert!(query_as(&store, &asker, r#"{"entity":"note","id":"2","include":["at"]}"#).is_ok());
    let error = query_as(&store, &asker, r#"{"entity":"note","include":["by","at"]}"#);
    assert_eq!(refused(error), "denied: read=place is missing");
}

#[test]
fn answers_have_a_limit() {
    let store = people();
    let whole = query(&store, r#"{"entity":"person"}"#).unwrap();
    let mut asker = Asker::owner();
    asker.max_bytes = whole.len();
    assert_eq!(query_as(&store, &asker, r#"{"entity":"person"}"#).unwrap(), whole);
    asker.max_bytes -= 1;
    let expected = format!(
        "too_large: the answer is larger than {} bytes: ask for less, with filters or limit",
        whole.len() - 1
    );
    assert_eq!(refused(query_as(&store, &asker, r#"{"entity":"person"}"#)), expected);
    assert!(query_as(&store, &asker, r#"{"entity":"person","limit":2}"#).is_ok());
}

#[test]
fn sql_in_a_query_stays_text() {
    let store = people();
    store_index(&store, "/it's \"quoted\"'); DROP TABLE entity; --");
    let before = query(&store, r#"{"entity":"person"}"#).unwrap();
    let attempts = [
        "' OR 1=1 --",
        "'; DROP TABLE entity; --",
        "\"; DELETE FROM entity; --",
        "x') OR ('1'='1",
        "%",
        "_",
        "?1",
        ":a",
        "@a",
        "$[*]",
        "$.name",
        "name') --",
        "\0",
        "/it's \"quoted\"'); DROP TABLE entity; --",
        "\\",
        "/*",
        "*/",
    ];
    for attempt in attempts {
        let text = serde_json::to_string(attempt).unwrap();
        for payload in [
            format!(r#"{{"entity":"person","filters":{{"name":{text}}}}}"#),
            format!(r#"{{"entity":"person","filters":{{"name":{{"contains":{text}}}}}}}"#),
            format!(r#"{{"entity":"person","filters":{{"name":{{"in":[{text}]}}}}}}"#),
            format!(r#"{{"entity":"person","filters":{{"$id":{text},"$version":{text}}}}}"#),
            format!(r#"{{"entity":"person","filters":{{{text}:1}}}}"#),
        ] {
            let found = query(&store, &payload);
            assert!(
                found.as_ref().map_or(true, |answer| answer.ends_with("\"count\":0}")),
                "{payload} {found:?}"
            );
        }
        // A path that leads nowhere sorts nothing; an entity or id of that name is refused or not there.
        let sorted = query(&store, &format!(r#"{{"entity":"person","sort":[{text}]}}"#));
        assert!(sorted.is_err() || sorted.unwrap() == before, "{attempt}");
        assert!(query(&store, &format!(r#"{{"entity":{text}}}"#)).is_err() || attempt == "_", "{attempt}");
        assert!(query(&store, &format!(r#"{{"entity":"person","id":{text}}}"#)).is_err(), "{attempt}");
        assert!(
            mutate(&store, &format!(r#"{{"entity":"person","operation":"delete","id":{text}}}"#)).is_err()
        );
    }
    assert_eq!(query(&store, r#"{"entity":"person"}"#).unwrap(), before);
}

fn store_index(store: &SqliteStore, path: &str) {
    use rp_host::store::Store;
    store.index("person", path).unwrap();
}
