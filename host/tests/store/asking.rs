//! Asks a store in the words of the protocol.

use std::cell::Cell;

use rp_host::ServiceError;
use rp_host::store::{Asker, Changed, Moment, Store};
use rp_protocol::{Mutation, Query};

thread_local! {
    static CLOCK: Cell<i64> = const { Cell::new(1_700_000_000_000_000) };
}

/// Microseconds, one later with every call.
pub fn tick() -> i64 {
    CLOCK.set(CLOCK.get() + 1);
    CLOCK.get()
}

/// A mutation by its payload.
pub fn mutate_at(store: &dyn Store, time_us: i64, payload: &str) -> Result<Changed, ServiceError> {
    let mutation =
        Mutation::parse(payload).map_err(|fault| ServiceError::new(fault.code(), fault.to_string()))?;
    store.mutate(&mutation, &Asker::owner(), &Moment { time_us, random: &|bytes| bytes.fill(7) })
}

/// A mutation by its payload.
pub fn mutate(store: &dyn Store, payload: &str) -> Result<Changed, ServiceError> {
    mutate_at(store, tick(), payload)
}

/// A query by its payload.
pub fn query_as(store: &dyn Store, asker: &Asker<'_>, payload: &str) -> Result<String, ServiceError> {
    let query = Query::parse(payload).map_err(|fault| ServiceError::new(fault.code(), fault.to_string()))?;
    let mut out = Vec::new();
    store.query(&query, asker, &mut out)?;
    Ok(String::from_utf8(out).expect("an answer is UTF-8"))
}

/// A query by its payload.
pub fn query(store: &dyn Store, payload: &str) -> Result<String, ServiceError> {
    query_as(store, &Asker::owner(), payload)
}

/// Makes an entity.
pub fn create(store: &dyn Store, entity: &str, id: &str, data: &str) {
    let id = serde_json::to_string(id).unwrap();
    let payload = format!(r#"{{"entity":"{entity}","operation":"create","id":{id},"data":{data}}}"#);
    mutate(store, &payload).unwrap_or_else(|error| panic!("{payload}: {error:?}"));
}

/// The ids that a query answers, and its count.
pub fn ids(store: &dyn Store, payload: &str) -> String {
    let answer = query(store, payload).unwrap_or_else(|error| panic!("{payload}: {error:?}"));
    let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
    let found = answer["entities"].as_array().unwrap().iter();
    let ids: Vec<_> = found.map(|entity| entity["id"].as_str().unwrap().to_owned()).collect();
    format!("{} of {}", ids.join(" "), answer["count"])
}

/// An error as `code: text details`.
pub fn refused(result: Result<impl std::fmt::Debug, ServiceError>) -> String {
    let error = result.unwrap_err();
    let details = error.details().map(|details| format!(" {details}")).unwrap_or_default();
    format!("{}: {}{details}", error.code(), error.text())
}
