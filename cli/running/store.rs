//! Opens the store that an `rp.toml` names.

use std::ops::Range;
use std::sync::Arc;

use rp_host::store::{SqliteOptions, SqliteStore, Store};

use crate::config::{ConfigFile, StorePlace};
use crate::fault::Fault;

/// The store with its indexes; None if the file names none.
pub fn open(file: &ConfigFile) -> Result<Option<Arc<dyn Store>>, Fault> {
    let Some(planned) = &file.config.store else { return Ok(None) };
    let mut options = SqliteOptions::new();
    if let Some(bytes) = planned.max_bytes {
        options = options.size_limit(bytes);
    }
    let opened = match &planned.place {
        StorePlace::Memory => SqliteStore::in_memory_with(&options),
        StorePlace::File(path) => SqliteStore::open_with(path, &options),
    };
    let blame = |error: rp_host::Error, span: &Range<usize>| file.blame(error.into(), span);
    let store = opened.map_err(|error| blame(error, &planned.span))?;
    for index in &planned.indexes {
        store.index(&index.entity, &index.path).map_err(|error| blame(error, &index.span))?;
    }
    Ok(Some(Arc::new(store)))
}
