//! Opens the store that an `rp.toml` names.

use std::sync::Arc;

use super::error::ConfigError;
use super::planned::PlannedStore;
use super::source::Source;
use crate::services::store::Store;

/// The store with its indexes.
#[cfg(feature = "sqlite")]
pub(super) fn open(planned: &PlannedStore, source: &Source) -> Result<Arc<dyn Store>, ConfigError> {
    use super::planned::StorePlace;
    use crate::services::store::{SqliteOptions, SqliteStore};

    let mut options = SqliteOptions::new();
    if let Some(bytes) = planned.max_bytes {
        options = options.size_limit(bytes);
    }
    let opened = match &planned.place {
        StorePlace::Memory => SqliteStore::in_memory_with(&options),
        StorePlace::File(path) => SqliteStore::open_with(path, &options),
    };
    let blame = |error, span: &std::ops::Range<usize>| ConfigError::from(error).at(source, span.clone());
    let store = opened.map_err(|error| blame(error, &planned.span))?;
    for index in &planned.indexes {
        store.index(&index.entity, &index.path).map_err(|error| blame(error, &index.span))?;
    }
    Ok(Arc::new(store))
}

/// There is none in this program.
#[cfg(not(feature = "sqlite"))]
pub(super) fn open(planned: &PlannedStore, source: &Source) -> Result<Arc<dyn Store>, ConfigError> {
    let text = "this program was built without a store for rp.toml";
    let help =
        "build it with the feature `sqlite` of rp-host, or give the builder a store and remove [store]";
    Err(ConfigError::new("rp::config::no_store", text).with_help(help).at(source, planned.span.clone()))
}
