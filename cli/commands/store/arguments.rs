//! What the subcommands have in common.

use std::path::PathBuf;
use std::time::Duration;

use rp_host::StoreFault;
use rp_host::store::{Selection, SqliteOptions, StoreFile};

use crate::fault::Fault;

/// The store.
#[derive(clap::Args)]
pub struct StoreArguments {
    /// The file of the store
    pub file: PathBuf,
    /// How long to wait for another process that writes, in milliseconds
    #[arg(long, value_name = "MS", default_value_t = 5000)]
    pub wait_ms: u64,
}

impl StoreArguments {
    /// How the store is opened.
    pub fn options(&self) -> SqliteOptions {
        SqliteOptions::new().wait_limit(Duration::from_millis(self.wait_ms))
    }

    /// Opens the store, which must exist.
    pub fn open(&self) -> Result<StoreFile, Fault> {
        StoreFile::open_with(&self.file, &self.options()).map_err(blame)
    }
}

/// Which entities.
#[derive(clap::Args)]
pub struct SelectionArguments {
    /// Only this kind of entity
    #[arg(long, value_name = "NAME")]
    pub entity: Option<String>,
    /// Only those that match, a JSON object as in a query
    #[arg(long, value_name = "JSON")]
    pub filter: Option<String>,
}

impl SelectionArguments {
    /// The selection.
    pub fn selection(&self) -> Selection {
        let mut selection = Selection::all();
        if let Some(entity) = &self.entity {
            selection = selection.entity(entity);
        }
        match &self.filter {
            Some(filters) => selection.filters(filters),
            None => selection,
        }
    }
}

/// One entity.
#[derive(Clone)]
pub struct EntityName {
    pub entity: String,
    pub id: String,
}

/// Reads `ENTITY/ID`.
pub fn parse_name(text: &str) -> Result<EntityName, String> {
    let (entity, id) = text.split_once('/').ok_or("write ENTITY/ID, as in note/1")?;
    Ok(EntityName { entity: entity.to_owned(), id: id.to_owned() })
}

/// The error of a store; where its content or the lines of an import are at fault, with the exit code for that.
pub fn blame(error: rp_host::Error) -> Fault {
    let is_data = matches!(
        error.store_fault(),
        Some(StoreFault::NoEntity { .. } | StoreFault::Line { .. } | StoreFault::Damaged(_))
    );
    let fault = Fault::from(error);
    if is_data { fault.of_message() } else { fault }
}
