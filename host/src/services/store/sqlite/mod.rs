//! The store in SQLite. Only the files of this folder know rusqlite.

mod envelope;
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
mod tools;
mod write;

pub use options::SqliteOptions;
pub use sqlite_store::SqliteStore;
pub use tools::{
    Compacted, EntityStats, Existing, Imported, IndexStats, Selection, StoreFile, StoreFinding, StoreStats,
    Watch, WorkDone, compact,
};
