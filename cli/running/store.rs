//! The store that --store names.

use std::path::PathBuf;
use std::sync::Arc;

use rp_host::store::{SqliteStore, Store};

use crate::fault::Fault;

/// Where a store is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreAt {
    /// It ends with the host.
    Memory,
    File(PathBuf),
}

impl StoreAt {
    /// Reads an argument: `memory`, or a file. A file of that name is written `./memory`.
    #[expect(clippy::unnecessary_wraps, reason = "what clap asks of a parser")]
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(if text == "memory" { Self::Memory } else { Self::File(text.into()) })
    }

    /// Opens it; a file that does not exist is created.
    pub fn open(&self) -> Result<Arc<dyn Store>, Fault> {
        let store = match self {
            Self::Memory => SqliteStore::in_memory(),
            Self::File(path) => SqliteStore::open(path),
        };
        Ok(Arc::new(store?))
    }

    /// The file, which no output may overwrite.
    pub fn inputs(&self) -> Option<PathBuf> {
        match self {
            Self::Memory => None,
            Self::File(path) => Some(path.clone()),
        }
    }
}
