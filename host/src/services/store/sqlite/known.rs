//! What a store's file may contain besides data: the tables, indexes and triggers that a host creates, and nothing else. A
//! foreign trigger would change data in the writer's name.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

use rusqlite::{Connection, Result as SqlResult};

use super::fault::store_fault;
use super::indexes;
use super::schema::TABLES;
use crate::error::StoreFault;

/// The version of the schema that was last checked.
pub(super) struct Known(AtomicI64);

#[derive(PartialEq, Eq)]
struct Object {
    kind: String,
    name: String,
    table: String,
    sql: String,
}

impl Known {
    /// Checks the schema of a store that was just opened.
    pub(super) fn check(connection: &Connection) -> Result<Self, StoreFault> {
        check(connection)?;
        Ok(Known(AtomicI64::new(version(connection).map_err(store_fault)?)))
    }

    /// Checks the schema again if somebody changed it meanwhile.
    pub(super) fn confirm(&self, connection: &Connection) -> Result<(), StoreFault> {
        let found = version(connection).map_err(store_fault)?;
        if found == self.0.load(Ordering::Acquire) {
            return Ok(());
        }
        check(connection)?;
        self.0.store(found, Ordering::Release);
        Ok(())
    }
}

fn version(connection: &Connection) -> SqlResult<i64> {
    connection.prepare_cached("PRAGMA schema_version")?.query_row([], |row| row.get(0))
}

fn check(connection: &Connection) -> Result<(), StoreFault> {
    let (found, made) = (objects(connection).map_err(store_fault)?, made()?);
    if let Some(missing) = made.iter().find(|object| !found.contains(object)) {
        let text = format!("its {} {:?} is missing, or not as it was made", missing.kind, missing.name);
        return Err(StoreFault::Damaged(text));
    }
    let is_known = |object: &&Object| {
        made.contains(object) || (object.kind == "index" && indexes::is_ours(&object.name, &object.sql))
    };
    match found.iter().find(|object| !is_known(object)) {
        None => Ok(()),
        Some(strange) => {
            let (kind, name) = (&strange.kind, &strange.name);
            Err(StoreFault::NotAStore(format!("a store with the {kind} {name:?}, which no host made")))
        }
    }
}

/// The objects of a new store.
fn made() -> Result<&'static [Object], StoreFault> {
    static MADE: OnceLock<Vec<Object>> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made);
    }
    let new = Connection::open_in_memory().map_err(store_fault)?;
    new.execute_batch(TABLES).map_err(store_fault)?;
    let made = objects(&new).map_err(store_fault)?;
    Ok(MADE.get_or_init(|| made))
}

fn objects(connection: &Connection) -> SqlResult<Vec<Object>> {
    let mut statement =
        connection.prepare("SELECT type, name, tbl_name, coalesce(sql, '') FROM sqlite_schema")?;
    let objects = statement.query_map([], |row| {
        Ok(Object { kind: row.get(0)?, name: row.get(1)?, table: row.get(2)?, sql: row.get(3)? })
    })?;
    objects.collect()
}
