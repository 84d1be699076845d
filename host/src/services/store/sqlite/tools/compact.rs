//! Gives back to the system what a store no longer needs.

use std::fs;
use std::path::Path;

use serde::Serialize;

use crate::error::{Error, StoreFault};
use crate::services::store::sqlite::fault::store_fault;
use crate::services::store::sqlite::open;
use crate::services::store::sqlite::options::SqliteOptions;

/// What compacting changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Compacted {
    /// The size of the file before, in bytes.
    pub before_bytes: u64,
    /// Its size now.
    pub after_bytes: u64,
}

/// Writes the file of a store anew without its free pages. For that no host may have it open: hosts take a file that becomes
/// shorter for a lost one. The disk needs room for a second copy meanwhile. If the process is killed, the store is as before.
///
/// # Errors
/// The file is not a store, another process has it open for longer than the wait limit, or the disk is full.
pub fn compact(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Compacted, Error> {
    let path = path.as_ref();
    run(path, options).map_err(|fault| Error::store(&path.to_string_lossy(), fault))
}

fn run(path: &Path, options: &SqliteOptions) -> Result<Compacted, StoreFault> {
    let whole = std::path::absolute(path).map_err(StoreFault::Unreadable)?;
    let size = || fs::metadata(&whole).map(|found| found.len()).map_err(StoreFault::Unreadable);
    let connection = open::open_alone(&whole, options)?;
    // What the log has would be added to the file at the end.
    connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(store_fault)?;
    let before_bytes = size()?;
    connection.execute_batch("VACUUM").map_err(store_fault)?;
    connection.close().map_err(|(_, error)| store_fault(error))?;
    Ok(Compacted { before_bytes, after_bytes: size()? })
}
