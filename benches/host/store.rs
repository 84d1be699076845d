//! The store beside the same work done directly with rusqlite, in memory and on disk, one thread:
//! `cargo bench -p rp-host --features sqlite --bench store [-- FOLDER]`, the folder being on the disk that is meant.

use std::path::{Path, PathBuf};
use std::time::Instant;

use rp_host::store::{Asker, Moment, SqliteStore, Store};
use rp_protocol::{Mutation, Query};
use rusqlite::{Connection, TransactionBehavior};

/// What is done, on a store or without it.
trait Work {
    fn create(&mut self, at: usize, data: &str);
    fn update(&mut self, at: usize, data: &str);
    fn by_id(&mut self, at: usize) -> usize;
    /// The notes of one group, of which there are a hundredth, by an index.
    fn by_group(&mut self, at: usize) -> usize;
    /// A page of ten notes, newest first, and the count of all of them.
    fn page(&mut self) -> usize;
}

struct Ours {
    store: SqliteStore,
    out: Vec<u8>,
}

impl Ours {
    fn new(file: Option<&Path>) -> Self {
        let store = match file {
            Some(file) => SqliteStore::open(file),
            None => SqliteStore::in_memory(),
        }
        .expect("a store");
        store.index("note", "group").expect("an index");
        Ours { store, out: Vec::new() }
    }

    fn mutate(&self, payload: &str) {
        let mutation = Mutation::parse(payload).expect("a mutation");
        let moment = Moment { time_us: 1_700_000_000_000_000, random: &|bytes| bytes.fill(1) };
        self.store.mutate(&mutation, &Asker::owner(), &moment).expect("it is done");
    }

    fn query(&mut self, payload: &str) -> usize {
        self.out.clear();
        let query = Query::parse(payload).expect("a query");
        self.store.query(&query, &Asker::owner(), &mut self.out).expect("an answer");
        self.out.len()
    }
}

impl Work for Ours {
    fn create(&mut self, at: usize, data: &str) {
        self.mutate(&format!(r#"{{"entity":"note","operation":"create","id":"{at}","data":{data}}}"#));
    }

    fn update(&mut self, at: usize, data: &str) {
        self.mutate(&format!(r#"{{"entity":"note","operation":"update","id":"{at}","data":{data}}}"#));
    }

    fn by_id(&mut self, at: usize) -> usize {
        self.query(&format!(r#"{{"entity":"note","id":"{at}"}}"#))
    }

    fn by_group(&mut self, at: usize) -> usize {
        self.query(&format!(r#"{{"entity":"note","filters":{{"group":"g{}"}}}}"#, at % 100))
    }

    fn page(&mut self) -> usize {
        self.query(r#"{"entity":"note","sort":["-$id"],"limit":10}"#)
    }
}

struct Direct {
    connection: Connection,
    out: Vec<u8>,
}

impl Direct {
    fn new(file: Option<&Path>) -> Self {
        let connection = match file {
            Some(file) => Connection::open(file),
            None => Connection::open_in_memory(),
        }
        .expect("a database");
        connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(())).expect("wal");
        connection.pragma_update(None, "synchronous", "full").expect("full");
        let tables = "CREATE TABLE note (id TEXT PRIMARY KEY, version INTEGER, created_us INTEGER, modified_us INTEGER, data TEXT);
            CREATE INDEX by_group ON note (json_extract(data, '$.group'), id)";
        connection.execute_batch(tables).expect("tables");
        Direct { connection, out: Vec::new() }
    }

    fn change(&mut self, text: &str, values: impl rusqlite::Params) {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate).expect("a transaction");
        transaction.prepare_cached(text).expect("a statement").execute(values).expect("it is done");
        transaction.commit().expect("it is kept");
    }

    fn read(&mut self, text: &str, values: impl rusqlite::Params) -> usize {
        self.out.clear();
        let mut statement = self.connection.prepare_cached(text).expect("a statement");
        let mut rows = statement.query(values).expect("an answer");
        while let Some(row) = rows.next().expect("a row") {
            self.out.extend_from_slice(row.get_ref(0).expect("an id").as_bytes().expect("text"));
            self.out.extend_from_slice(row.get_ref(1).expect("data").as_bytes().expect("text"));
        }
        self.out.len()
    }
}

impl Work for Direct {
    fn create(&mut self, at: usize, data: &str) {
        self.change("INSERT INTO note VALUES (?, 1, 7, 7, ?)", (at.to_string(), data));
    }

    fn update(&mut self, at: usize, data: &str) {
        let text = "UPDATE note SET version = version + 1, modified_us = 8, data = ? WHERE id = ?";
        self.change(text, (data, at.to_string()));
    }

    fn by_id(&mut self, at: usize) -> usize {
        self.read("SELECT id, data FROM note WHERE id = ?", [at.to_string()])
    }

    fn by_group(&mut self, at: usize) -> usize {
        let text = "SELECT id, data FROM note WHERE json_extract(data, '$.group') = ? ORDER BY id";
        self.read(text, [format!("g{}", at % 100)])
    }

    fn page(&mut self) -> usize {
        let count: u32 =
            self.connection.query_row("SELECT count(*) FROM note", [], |row| row.get(0)).expect("a count");
        count as usize + self.read("SELECT id, data FROM note ORDER BY id DESC LIMIT 10", [])
    }
}

fn data(at: usize, version: usize) -> String {
    let text =
        "The record was found in the parish register, on the page after the one that was cited. ".repeat(2);
    format!(
        r#"{{"group":"g{}","version":{version},"title":"Note {at}","text":"{text}","done":false}}"#,
        at % 100
    )
}

/// Times a second of each kind of work.
fn measure(name: &str, work: &mut dyn Work, count: usize) {
    let mut line = |what: &str, count: usize, step: &mut dyn FnMut(&mut dyn Work, usize)| {
        let started = Instant::now();
        (0..count).for_each(|at| step(work, at));
        let each = started.elapsed() / u32::try_from(count).expect("few");
        println!("{name:16} {what:10} {each:>12.2?} {:>10.0}/s", 1.0 / each.as_secs_f64());
    };
    line("create", count, &mut |work, at| work.create(at, &data(at, 1)));
    line("update", count, &mut |work, at| work.update(at * 7919 % count, &data(at, 2)));
    line("by id", 50_000, &mut |work, at| assert!(work.by_id(at * 7919 % count) > 0));
    line("by index", 2_000, &mut |work, at| assert!(work.by_group(at) > 0));
    line("page", 2_000, &mut |work, _| assert!(work.page() > 0));
}

fn main() {
    let folder = std::env::args().skip(1).find(|argument| !argument.starts_with('-'));
    let folder =
        tempfile::tempdir_in(folder.map_or_else(std::env::temp_dir, PathBuf::from)).expect("a folder");
    measure("memory, direct", &mut Direct::new(None), 20_000);
    measure("memory, store", &mut Ours::new(None), 20_000);
    measure("disk, direct", &mut Direct::new(Some(&folder.path().join("direct"))), 2_000);
    measure("disk, store", &mut Ours::new(Some(&folder.path().join("store"))), 2_000);
}
