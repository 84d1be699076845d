//! What a store holds, in numbers.

use std::collections::HashMap;
use std::fs;

use rusqlite::{Connection, Result as SqlResult};
use serde::Serialize;

use super::import::dangling;
use super::number::{number, one};
use super::store_file::StoreFile;
use crate::error::{Error, StoreFault};
use crate::services::store::sqlite::fault::store_fault;
use crate::services::store::sqlite::indexes;
use crate::services::store::sqlite::schema::VERSION;

/// What a store holds. Sizes are in bytes.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct StoreStats {
    /// The version of the store's layout.
    pub version: i32,
    /// The size of the file.
    pub file_bytes: u64,
    /// Of that, what is free; [`compact`](super::compact) returns it to the system.
    pub free_bytes: u64,
    /// The size of the log beside the file.
    pub log_bytes: u64,
    /// The kinds of entities, by name.
    pub entities: Vec<EntityStats>,
    /// The references between entities.
    pub references: u64,
    /// Of these, how many lead to no entity.
    pub dangling: u64,
    /// The indexes, by entity and path.
    pub indexes: Vec<IndexStats>,
}

/// One kind of entity.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct EntityStats {
    /// Its name.
    pub entity: String,
    /// How many there are.
    pub count: u64,
    /// The data of all of them.
    pub data_bytes: u64,
    /// When one of them was last changed: UTC, microseconds since 1970.
    pub modified_us: i64,
}

/// One index.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct IndexStats {
    /// Whose index it is.
    pub entity: String,
    /// What it is by.
    pub path: String,
    /// What it takes of the file.
    pub bytes: u64,
}

impl StoreFile {
    /// Counts and measures, as the store is at this moment.
    ///
    /// # Errors
    /// The store cannot be read.
    pub fn stats(&self) -> Result<StoreStats, Error> {
        let measure = || {
            let moment = self.moment()?;
            let mut log = self.path.clone().into_os_string();
            log.push("-wal");
            let size = |path: &std::ffi::OsStr| fs::metadata(path).map_or(0, |found| found.len());
            let (file_bytes, log_bytes) = (size(self.path.as_os_str()), size(&log));
            let dangling = dangling(&moment)?;
            let read = || {
                let page = |pragma| moment.pragma_query_value(None, pragma, |row| number(row, 0));
                Ok(StoreStats {
                    version: VERSION,
                    file_bytes,
                    free_bytes: page("freelist_count")? * page("page_size")?,
                    log_bytes,
                    entities: entities(&moment)?,
                    references: one(&moment, "SELECT count(*) FROM reference")?,
                    dangling,
                    indexes: indexes(&moment)?,
                })
            };
            read().map_err(store_fault)
        };
        measure().map_err(|fault: StoreFault| self.blame(fault))
    }
}

fn entities(moment: &Connection) -> SqlResult<Vec<EntityStats>> {
    let text =
        "SELECT entity, count(*), sum(octet_length(data)), max(modified_us) FROM entity GROUP BY entity";
    let mut statement = moment.prepare(text)?;
    let rows = statement.query_map([], |row| {
        Ok(EntityStats {
            entity: row.get(0)?,
            count: number(row, 1)?,
            data_bytes: number(row, 2)?,
            modified_us: row.get(3)?,
        })
    })?;
    rows.collect()
}

fn indexes(moment: &Connection) -> SqlResult<Vec<IndexStats>> {
    let mut statement = moment.prepare("SELECT name, pgsize FROM dbstat WHERE aggregate = TRUE")?;
    let sizes = statement.query_map([], |row| Ok((row.get(0)?, number(row, 1)?)))?;
    let sizes: HashMap<String, u64> = sizes.collect::<SqlResult<_>>()?;
    let measured = |index: indexes::InFile| IndexStats {
        bytes: sizes.get(&index.name).copied().unwrap_or_default(),
        entity: index.entity,
        path: index.path,
    };
    Ok(indexes::in_file(moment)?.into_iter().map(measured).collect())
}
