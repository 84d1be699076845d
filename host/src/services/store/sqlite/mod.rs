//! The store in SQLite. Only the files of this folder know rusqlite.

mod fault;
mod files;
mod functions;
mod indexes;
mod known;
mod open;
mod options;
#[cfg(test)]
mod plans;
mod pool;
mod read;
mod schema;
mod select;
mod sqlite_store;
mod write;

pub use options::SqliteOptions;
pub use sqlite_store::SqliteStore;
