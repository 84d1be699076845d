//! The store, with more and more in it.

use std::time::Instant;

use rp_host::store::{Asker, Moment, SqliteStore, Store};
use rp_protocol::{Mutation, Query};

use crate::rounds::{best, sizes};
use crate::table::{Table, Unit};

pub fn measure(last: u64) -> Table {
    let mut table = Table::new(
        "Rows",
        "Of one entity, in a store in memory. *Creating* is the mean since the row before. Both pages are of 50: the first of all, and the \
         first of those with a number that one in a hundred has, for which each is looked at.",
        &[
            ("creating one", Unit::Nanoseconds),
            ("updating one", Unit::Nanoseconds),
            ("finding one by its id", Unit::Nanoseconds),
            ("the first 50", Unit::Nanoseconds),
            ("50 by a number", Unit::Nanoseconds),
        ],
    );
    let store = SqliteStore::in_memory().unwrap_or_else(|error| panic!("{error}"));
    let mut made = 0;
    for rows in sizes(1_000, 10, last) {
        let (start, first) = (Instant::now(), made);
        while made < rows {
            mutate(&store, &create(made));
            made += 1;
        }
        let creating = start.elapsed().as_nanos() as f64 / (made - first) as f64;
        let middle = rows / 2;
        let update = format!(
            r#"{{"entity":"note","operation":"update","id":"n{middle}","data":{{"text":"a note","year":1851}}}}"#
        );
        let one = format!(r#"{{"entity":"note","id":"n{middle}"}}"#);
        let updating = best(100, || (0..100).for_each(|_| mutate(&store, &update)));
        let finding = best(100, || (0..100).for_each(|_| query(&store, &one)));
        let page = best(1, || query(&store, r#"{"entity":"note","limit":50}"#));
        let by_number =
            best(1, || query(&store, r#"{"entity":"note","filters":{"year":{"eq":1850}},"limit":50}"#));
        table.add(rows, vec![creating, updating, finding, page, by_number]);
    }
    table
}

fn create(at: u64) -> String {
    let year = 1800 + at % 100;
    format!(
        r#"{{"entity":"note","operation":"create","id":"n{at}","data":{{"text":"the note number {at}","year":{year}}}}}"#
    )
}

fn mutate(store: &SqliteStore, payload: &str) {
    let moment = Moment { time_us: 1_700_000_000_000_000, random: &|bytes| bytes.fill(7) };
    let mutation = Mutation::parse(payload).unwrap_or_else(|fault| panic!("{payload}: {fault}"));
    store.mutate(&mutation, &Asker::owner(), &moment).unwrap_or_else(|error| panic!("{payload}: {error:?}"));
}

fn query(store: &SqliteStore, payload: &str) {
    let mut out = Vec::new();
    let query = Query::parse(payload).unwrap_or_else(|fault| panic!("{payload}: {fault}"));
    store.query(&query, &Asker::owner(), &mut out).unwrap_or_else(|error| panic!("{payload}: {error:?}"));
    assert!(out.starts_with(br#"{"entities":[{"#), "{}", String::from_utf8_lossy(&out));
}
