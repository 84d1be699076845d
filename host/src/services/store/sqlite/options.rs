//! How a store in SQLite is opened.

use std::time::Duration;

/// How a store is opened.
///
/// ```no_run
/// use std::time::Duration;
/// use rp_host::store::{SqliteOptions, SqliteStore};
///
/// # fn main() -> Result<(), rp_host::Error> {
/// let options = SqliteOptions::new().wait_limit(Duration::from_secs(1)).size_limit(1 << 30);
/// let store = SqliteStore::open_with("research.sqlite", &options)?;
/// # let _ = store;
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct SqliteOptions {
    pub(super) wait_limit: Duration,
    pub(super) size_limit: Option<u64>,
    pub(super) readers: usize,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        SqliteOptions { wait_limit: Duration::from_secs(5), size_limit: None, readers: 4 }
    }
}

impl SqliteOptions {
    /// Waits up to five seconds, has no size limit and four readers.
    pub fn new() -> Self {
        Self::default()
    }

    /// How long to wait for another process that is writing; after that the answer is `unavailable`.
    pub fn wait_limit(self, wait_limit: Duration) -> Self {
        SqliteOptions { wait_limit, ..self }
    }

    /// The largest size of the store in bytes; a change that would exceed it is answered `unavailable`.
    pub fn size_limit(self, bytes: u64) -> Self {
        SqliteOptions { size_limit: Some(bytes), ..self }
    }

    /// How many queries of a file run at once; others wait.
    pub fn readers(self, readers: usize) -> Self {
        SqliteOptions { readers: readers.max(1), ..self }
    }
}
