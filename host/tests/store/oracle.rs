//! The store in SQLite answers random operations byte for byte as the oracle does, a naive store.

use super::asking::{mutate_at, query_as};
use super::model::Oracle;
use proptest::prelude::*;
use proptest::sample::select;
use rp_host::ServiceError;
use rp_host::store::{Asker, SqliteStore, Store};
use serde_json::{Value, json};

const ENTITIES: [&str; 2] = ["note", "person"];
const IDS: [&str; 5] = ["a", "b", "c d", "e\"f", "g"];
/// Keys of objects; paths are made of them, of indexes and of the names that begin with `$`.
const KEYS: [&str; 4] = ["a", "b", "0", "c.d"];
const PATHS: [&str; 13] = [
    "a",
    "b",
    "0",
    "/c.d",
    "a.b",
    "a.0",
    "b.1.a",
    "/a/c.d",
    "a.$ref",
    "$id",
    "$version",
    "$created_us",
    "$modified_us",
];

#[derive(Clone, Debug)]
enum Step {
    Mutation(String),
    Query { payload: String, may_read_persons: bool },
}

fn scalar() -> impl Strategy<Value = String> {
    let numbers = [
        "0",
        "-0.0",
        "1",
        "1.0",
        "1e0",
        "2",
        "-3",
        "1.5",
        "9007199254740993",
        "9007199254740992.0",
        "18446744073709551615",
        "18446744073709551616",
        "-9223372036854775808",
        "1e300",
        "1700000000000003",
    ];
    let texts = [
        r#""""#,
        r#""a""#,
        r#""A""#,
        r#""ab""#,
        r#""\u0061b""#,
        r#""é""#,
        r#""1""#,
        r#""\u0000""#,
        r#""note/a""#,
    ];
    prop_oneof![
        1 => select(&["null", "true", "false"][..]),
        2 => select(numbers.to_vec()),
        2 => select(texts.to_vec()),
    ]
    .prop_map(str::to_owned)
}

fn reference() -> impl Strategy<Value = String> {
    (select(&ENTITIES[..]), select(&IDS[..]))
        .prop_map(|(entity, id)| json!({"$ref": format!("{entity}/{id}")}).to_string())
}

fn value() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![4 => scalar(), 1 => reference()];
    leaf.prop_recursive(3, 12, 4, |inner| prop_oneof![array(inner.clone(), 4), object(inner)])
}

fn array(inner: impl Strategy<Value = String>, below: usize) -> impl Strategy<Value = String> {
    (prop::collection::vec(inner, 0..below), select(&[",", " , "][..]))
        .prop_map(|(items, comma)| format!("[{}]", items.join(comma)))
}

fn object(inner: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let members = prop::collection::vec(prop::option::weighted(0.6, inner), KEYS.len());
    (members, select(&[":", " : "][..])).prop_map(|(values, colon)| {
        let member = |(key, value): (&&str, Option<String>)| Some(format!("\"{key}\"{colon}{}", value?));
        let members: Vec<String> = KEYS.iter().zip(values).filter_map(member).collect();
        format!("{{{}}}", members.join(","))
    })
}

fn create(entity: &str, id: &str, data: &str) -> Step {
    let id = Value::from(id);
    Step::Mutation(format!(r#"{{"entity":"{entity}","operation":"create","id":{id},"data":{data}}}"#))
}

fn mutation() -> impl Strategy<Value = Step> {
    let operation = select(&["create", "create", "create", "update", "update", "delete"][..]);
    let target = (select(&ENTITIES[..]), select(&IDS[..]));
    (operation, target, object(value()), prop::option::weighted(0.2, 1..4_u64), any::<bool>()).prop_map(
        |(operation, (entity, id), data, version, force)| {
            let mut payload =
                format!(r#"{{"entity":"{entity}","operation":"{operation}","id":{}"#, Value::from(id));
            if operation != "delete" {
                payload += &format!(r#","data":{data}"#);
            } else if force {
                payload += r#","force":true"#;
            }
            match version {
                Some(version) if operation != "create" => payload += &format!(r#","version":{version}"#),
                _ => {}
            }
            Step::Mutation(payload + "}")
        },
    )
}

fn condition() -> impl Strategy<Value = String> {
    let ordered =
        scalar().prop_filter("a number or a text", |text| !matches!(&**text, "null" | "true" | "false"));
    let test = prop_oneof![
        (select(&["eq", "ne", "contains"][..]), scalar())
            .prop_map(|(operator, value)| format!("\"{operator}\":{value}")),
        (select(&["lt", "lte", "gt", "gte"][..]), ordered)
            .prop_map(|(operator, value)| format!("\"{operator}\":{value}")),
        any::<bool>().prop_map(|exists| format!("\"exists\":{exists}")),
        array(scalar(), 8).prop_map(|values| format!("\"in\":{values}")),
    ];
    prop_oneof![scalar(), test.prop_map(|test| format!("{{{test}}}"))]
}

fn query() -> impl Strategy<Value = Step> {
    let conditions = |count| prop::collection::btree_map(select(&PATHS[..]), condition(), count);
    let filters = prop_oneof![2 => conditions(0), 3 => conditions(1), 1 => conditions(2)];
    let sort = prop::collection::vec((any::<bool>(), select(&PATHS[..])), 0..3);
    let include = prop::collection::vec(select(&["a", "b", "0", "/c.d", "a.b"][..]), 0..4);
    let page = (prop::option::of(0..4_u64), prop::option::of(0..4_u64));
    let id = prop::option::weighted(0.15, select(&IDS[..]));
    (select(&ENTITIES[..]), id, filters, sort, include, page, any::<bool>()).prop_map(
        |(entity, id, filters, sort, include, (limit, offset), may_read_persons)| {
            let filters: Vec<String> =
                filters.iter().map(|(path, test)| format!("\"{path}\":{test}")).collect();
            let sort: Vec<String> = sort
                .iter()
                .map(|(descending, path)| format!("{}{path}", if *descending { "-" } else { "" }))
                .collect();
            let mut payload = format!(
                r#"{{"entity":"{entity}","filters":{{{}}},"sort":{},"include":{}"#,
                filters.join(","),
                json!(sort),
                json!(include)
            );
            let id = id.map(Value::from);
            for (name, value) in
                [("id", id), ("limit", limit.map(Value::from)), ("offset", offset.map(Value::from))]
            {
                payload += &value.map_or(String::new(), |value| format!(",\"{name}\":{value}"));
            }
            Step::Query { payload: payload + "}", may_read_persons }
        },
    )
}

fn run(store: &dyn Store, time_us: i64, step: &Step) -> Result<String, String> {
    let answer = match step {
        Step::Mutation(payload) => mutate_at(store, time_us, payload).map(|changed| format!("{changed:?}")),
        Step::Query { payload, may_read_persons } => {
            let check = |entity: &str| match entity {
                "person" if !may_read_persons => Err(ServiceError::new("denied", "")),
                _ => Ok(()),
            };
            query_as(store, &Asker::new(&check), payload)
        }
    };
    answer.map_err(|error| error.code().to_owned())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_oracle_agrees(
        first in prop::collection::vec(object(value()), ENTITIES.len() * IDS.len()),
        steps in prop::collection::vec(prop_oneof![mutation(), query()], 1..60),
    ) {
        let oracle = Oracle::default();
        let plain = SqliteStore::in_memory().unwrap();
        let indexed = SqliteStore::in_memory().unwrap();
        for entity in ENTITIES {
            for path in PATHS {
                indexed.index(entity, path).unwrap();
            }
        }
        let places = ENTITIES.iter().flat_map(|entity| IDS.iter().map(move |id| (*entity, *id)));
        let created = places.zip(&first).map(|((entity, id), data)| create(entity, id, data));
        for (at, step) in created.collect::<Vec<_>>().iter().chain(&steps).enumerate() {
            let time_us = 1_700_000_000_000_000 + i64::try_from(at).unwrap();
            let expected = run(&oracle, time_us, step);
            prop_assert_eq!(&run(&plain, time_us, step), &expected, "{:?}", step);
            prop_assert_eq!(&run(&indexed, time_us, step), &expected, "indexed: {:?}", step);
        }
    }
}
