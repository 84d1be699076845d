//! Arbitrary queries and mutations: the store in SQLite stays whole, and indexes change no answer.
#![no_main]

use std::collections::BTreeSet;
use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use rp_host::ServiceError;
use rp_host::store::{Asker, Moment, SqliteStore, Store};
use rp_protocol::{Mutation, Operation, Query, code};
use serde::de::IgnoredAny;

/// The same, one of them with indexes.
static STORES: LazyLock<[SqliteStore; 2]> = LazyLock::new(|| {
    let [plain, indexed] = [(); 2].map(|()| SqliteStore::in_memory().expect("a store"));
    for entity in ["a", "b"] {
        for path in ["a", "b", "0", "/c.d", "a.b", "a.0", "$id", "$version"] {
            indexed.index(entity, path).expect("an index");
        }
    }
    [plain, indexed]
});

// Lines, each a payload: of a mutation where it names an operation, or else of a query.
fuzz_target!(|input: &str| {
    let mut touched = BTreeSet::new();
    for (at, line) in input.lines().take(20).enumerate() {
        let [plain, indexed] = [0, 1].map(|store| run(&STORES[store], at as i64, line, &mut touched));
        assert_eq!(plain, indexed, "indexed: {line}");
    }
    // The next input begins with empty stores.
    for (entity, id) in touched {
        let entity_and_id = (serde_json::json!(entity), serde_json::json!(id));
        let payload = format!(
            r#"{{"entity":{},"operation":"delete","id":{},"force":true}}"#,
            entity_and_id.0, entity_and_id.1
        );
        for store in STORES.iter() {
            let deleted = change(store, 0, &Mutation::parse(&payload).expect("a mutation"));
            assert!(deleted.is_ok() || deleted.is_err_and(|code| code == code::NOT_FOUND));
        }
    }
});

/// The answer, or the code of the refusal.
fn run(
    store: &SqliteStore,
    time_us: i64,
    line: &str,
    touched: &mut BTreeSet<(String, String)>,
) -> Result<String, String> {
    if let Ok(mutation) = Mutation::parse(line) {
        let changed = change(store, time_us, &mutation)?;
        if mutation.operation == Operation::Create {
            touched.insert((mutation.entity.to_string(), changed.0.clone()));
        }
        return Ok(format!("{changed:?}"));
    }
    let query = Query::parse(line).map_err(|fault| fault.code().to_owned())?;
    let mut out = Vec::new();
    store.query(&query, &Asker::owner(), &mut out).map_err(refused)?;
    let text = String::from_utf8(out).expect("an answer is UTF-8");
    assert!(serde_json::from_str::<IgnoredAny>(&text).is_ok(), "{line}: {text}");
    Ok(text)
}

fn change(store: &SqliteStore, time_us: i64, mutation: &Mutation<'_>) -> Result<(String, u64), String> {
    let random = |bytes: &mut [u8]| bytes.fill(time_us.to_le_bytes()[0]);
    let changed =
        store.mutate(mutation, &Asker::owner(), &Moment { time_us, random: &random }).map_err(refused)?;
    Ok((changed.id, changed.version))
}

/// Whatever is asked for, the store itself is not at fault.
fn refused(refusal: ServiceError) -> String {
    assert!(![code::INTERNAL, code::PANIC].contains(&refusal.code()), "{refusal:?}");
    refusal.code().to_owned()
}
