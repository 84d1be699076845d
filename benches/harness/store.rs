//! The store beside the same work done directly with rusqlite: the same tables, the same settings, the same answer.
use std::fmt::Write as _;
use std::path::Path;

use rp_host::store::{Asker, Moment, SqliteStore, Store};
use rp_protocol::{Mutation, Query};
use rusqlite::Connection;

use crate::measure::{Kind, Subject};

const ENTITIES: usize = 1000;
const UPDATE: &str =
    r#"{"entity":"note","operation":"update","id":"n500","data":{"text":"a note","year":1851}}"#;
const ONE: &str = r#"{"entity":"note","id":"n500"}"#;
const PAGE: &str = r#"{"entity":"note","limit":50,"offset":100}"#;

/// A pair of subjects for each operation: `(title, [direct, ours])`.
pub fn groups(folder: &Path) -> Vec<(&'static str, Vec<Subject<'static>>)> {
    let kept = |name: &str| Some(folder.join(name));
    vec![
        ("query of one entity, in memory", pair(None, ONE)),
        ("query of 50 of 1,000 entities, in memory", pair(None, PAGE)),
        ("update, in memory", pair(None, UPDATE)),
        ("query of one entity, in a file", pair(kept("one"), ONE)),
        ("update, in a file, written through to the disk", pair(kept("update"), UPDATE)),
    ]
}

fn pair(path: Option<std::path::PathBuf>, payload: &'static str) -> Vec<Subject<'static>> {
    let direct = Direct::new(path.as_ref().map(|path| path.with_extension("direct")));
    let store = match path {
        Some(path) => SqliteStore::open(path.with_extension("rp")),
        None => SqliteStore::in_memory(),
    };
    let store = store.unwrap_or_else(|error| panic!("{error}"));
    for at in 0..ENTITIES {
        mutate(&store, &payload_of(at));
    }
    let (mut expected, mut found) = (Vec::new(), Vec::new());
    direct.run(payload, &mut expected);
    ours(&store, payload, &mut found);
    assert_eq!(String::from_utf8_lossy(&expected), String::from_utf8_lossy(&found), "{payload}");
    let mut out = Vec::new();
    vec![
        Subject::new("rusqlite, direct", Kind::Limit, {
            let mut out = Vec::new();
            move || direct.run(payload, &mut out)
        }),
        Subject::new("rp", Kind::Ours, move || ours(&store, payload, &mut out)),
    ]
}

fn payload_of(at: usize) -> String {
    let data = data_of(at);
    format!(r#"{{"entity":"note","operation":"create","id":"n{at}","data":{data}}}"#)
}

fn data_of(at: usize) -> String {
    format!(r#"{{"text":"the note number {at}","year":{}}}"#, 1800 + at % 100)
}

fn moment() -> Moment<'static> {
    Moment { time_us: 1_700_000_000_000_000, random: &|bytes| bytes.fill(7) }
}

fn mutate(store: &SqliteStore, payload: &str) -> rp_host::store::Changed {
    let mutation = Mutation::parse(payload).unwrap_or_else(|fault| panic!("{payload}: {fault}"));
    store
        .mutate(&mutation, &Asker::owner(), &moment())
        .unwrap_or_else(|refusal| panic!("{payload}: {refusal:?}"))
}

fn ours(store: &SqliteStore, payload: &str, out: &mut Vec<u8>) {
    out.clear();
    if payload == UPDATE {
        mutate(store, payload);
        return;
    }
    let query = Query::parse(payload).unwrap_or_else(|fault| panic!("{payload}: {fault}"));
    store.query(&query, &Asker::owner(), out).unwrap_or_else(|refusal| panic!("{payload}: {refusal:?}"));
}

/// What a program would write that knows SQLite and nothing of stores.
struct Direct(Connection);

impl Direct {
    fn new(path: Option<std::path::PathBuf>) -> Self {
        let connection = match path {
            Some(path) => Connection::open(path),
            None => Connection::open_in_memory(),
        };
        let connection = connection.expect("SQLite opens");
        connection
            .execute_batch(
                "PRAGMA journal_mode = wal; PRAGMA synchronous = full; PRAGMA cache_size = -16384;
                 CREATE TABLE entity (key INTEGER PRIMARY KEY, entity TEXT NOT NULL, id TEXT NOT NULL,
                     version INTEGER NOT NULL, created_us INTEGER NOT NULL, modified_us INTEGER NOT NULL,
                     data TEXT NOT NULL, UNIQUE (entity, id)) STRICT;",
            )
            .expect("the tables are new");
        let direct = Direct(connection);
        for at in 0..ENTITIES {
            let text = "INSERT INTO entity (entity, id, version, created_us, modified_us, data)
                        VALUES ('note', ?, 1, ?2, ?2, ?3)";
            let values = (format!("n{at}"), moment().time_us, data_of(at));
            direct.0.prepare_cached(text).and_then(|mut text| text.execute(values)).expect("the id is new");
        }
        direct
    }

    fn run(&self, payload: &str, out: &mut Vec<u8>) {
        out.clear();
        match payload {
            ONE => self.select(
                "SELECT id, version, created_us, modified_us, data FROM entity WHERE entity = 'note' AND id = 'n500'",
                "SELECT count(*) FROM entity WHERE entity = 'note' AND id = 'n500'",
                out,
            ),
            PAGE => self.select(
                "SELECT id, version, created_us, modified_us, data FROM entity WHERE entity = 'note'
                 ORDER BY id LIMIT 50 OFFSET 100",
                "SELECT count(*) FROM entity WHERE entity = 'note'",
                out,
            ),
            _ => self.update(),
        }
    }

    fn select(&self, rows: &str, count: &str, out: &mut Vec<u8>) {
        let mut text = String::from("{\"entities\":[");
        let mut statement = self.0.prepare_cached(rows).expect("it is SQL");
        let mut rows = statement.query([]).expect("it runs");
        let mut comma = "";
        while let Some(row) = rows.next().expect("it runs") {
            let number = |at| row.get::<_, i64>(at).expect("a number");
            let string = |at| row.get_ref(at).and_then(|value| Ok(value.as_str()?)).expect("a text");
            let (version, created, modified) = (number(1), number(2), number(3));
            let (id, data) = (string(0), string(4));
            write!(
                text,
                r#"{comma}{{"id":"{id}","version":{version},"created_us":{created},"modified_us":{modified},"data":{data}}}"#
            )
            .expect("a string takes everything");
            comma = ",";
        }
        let count =
            self.0.prepare_cached(count).and_then(|mut text| text.query_row([], |row| row.get::<_, i64>(0)));
        write!(text, r#"],"count":{}}}"#, count.expect("it runs")).expect("a string takes everything");
        out.extend_from_slice(text.as_bytes());
    }

    fn update(&self) {
        let transaction = self.0.unchecked_transaction().expect("it begins");
        let text = "UPDATE entity SET version = version + 1, modified_us = ?, data = ?
                    WHERE entity = 'note' AND id = 'n500'";
        let values = (moment().time_us, r#"{"text":"a note","year":1851}"#);
        let changed = transaction.prepare_cached(text).and_then(|mut text| text.execute(values));
        assert_eq!(changed.expect("it runs"), 1);
        transaction.commit().expect("it commits");
    }
}
