//! The store in SQLite, in a file or in memory.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use rp_protocol::{Mutation, Query};
use rusqlite::{Connection, TransactionBehavior};

use super::fault::{fault_error, service_error};
use super::files::Files;
use super::indexes::Indexes;
use super::known::Known;
use super::open::{self, Place};
use super::options::SqliteOptions;
use super::pool::Readers;
use super::read::{self, Asked};
use super::write::Change;
use crate::error::{Error, ServiceError, StoreFault};
use crate::services::store::contract::{Asker, Changed, Moment, Store};
use crate::services::store::ids::Ids;

/// The name of a store without a file.
const IN_MEMORY: &str = "in memory";

/// The store in SQLite.
///
/// A mutation is one transaction, written through to the disk before it is answered. Several processes may use one file
/// on a local disk.
///
/// ```
/// use rp_host::store::{Asker, SqliteStore, Store};
/// use rp_protocol::Query;
///
/// # fn main() -> Result<(), rp_host::Error> {
/// let store = SqliteStore::in_memory()?;
/// store.index("note", "parish")?;
/// let query = Query { entity: "note".into(), ..Query::default() };
/// let mut found = Vec::new();
/// assert!(store.query(&query, &Asker::owner(), &mut found).is_ok());
/// assert_eq!(found, br#"{"entities":[],"count":0}"#);
/// # Ok(())
/// # }
/// ```
pub struct SqliteStore {
    /// The only connection that writes; a store in memory has no other.
    writer: Mutex<Connection>,
    /// `None` for a store in memory.
    readers: Option<Readers>,
    pub(super) indexes: Indexes,
    ids: Ids,
    known: Known,
    place: Place,
    /// The path as the caller gave it.
    name: String,
    /// `None` for a store in memory. The last field: it is dropped after the connections.
    files: Option<Files>,
}

impl SqliteStore {
    /// Opens the store in a file, and creates it if there is no file.
    ///
    /// # Errors
    /// The file is not a store, is of another version, is read-only or locked, or its folder does not exist.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, &SqliteOptions::new())
    }

    /// Opens the store in a file with these options.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, Error> {
        let path = path.as_ref();
        let opened = std::path::absolute(path)
            .map_err(StoreFault::Unreadable)
            .and_then(|whole| Self::at(Place::File(whole), path.to_string_lossy().into_owned(), options));
        opened.map_err(|fault| Error::store(&path.to_string_lossy(), fault))
    }

    /// A store in memory, which is gone when the value is dropped.
    ///
    /// # Errors
    /// Memory ran out.
    pub fn in_memory() -> Result<Self, Error> {
        Self::in_memory_with(&SqliteOptions::new())
    }

    /// A store in memory with these options.
    ///
    /// # Errors
    /// Memory ran out.
    pub fn in_memory_with(options: &SqliteOptions) -> Result<Self, Error> {
        let opened = Self::at(Place::Memory, IN_MEMORY.to_owned(), options);
        opened.map_err(|fault| Error::store(IN_MEMORY, fault))
    }

    fn at(place: Place, name: String, options: &SqliteOptions) -> Result<Self, StoreFault> {
        let (writer, known) = open::open(&place, options).map_err(|fault| place.explain(fault))?;
        let (readers, files) = match &place {
            Place::File(path) => (Some(Readers::new(path, options)), Some(Files::note(path)?)),
            Place::Memory => (None, None),
        };
        let indexes = Indexes::default();
        Ok(SqliteStore {
            writer: Mutex::new(writer),
            readers,
            indexes,
            ids: Ids::default(),
            known,
            place,
            name,
            files,
        })
    }

    /// Checks that the files are still those that were opened, so that no lost data is answered with success.
    fn check_files(&self) -> Result<(), StoreFault> {
        self.files.as_ref().map_or(Ok(()), Files::check)
    }

    fn answer(&self, asked: &Asked, asker: &Asker<'_>, out: &mut Vec<u8>) -> Result<(), ServiceError> {
        self.check_files().map_err(|fault| fault_error(&fault))?;
        let Some(readers) = &self.readers else { return read::run(&mut self.writer(), asked, asker, out) };
        let mut reader = readers.take().map_err(|error| service_error(&error))?;
        self.known.confirm(&reader).map_err(|fault| fault_error(&fault))?;
        read::run(&mut reader, asked, asker, out)
    }

    fn change(
        &self,
        change: &Change<'_>,
        asker: &Asker<'_>,
        moment: &Moment<'_>,
    ) -> Result<Changed, ServiceError> {
        let mut writer = self.writer();
        self.check_files().map_err(|fault| fault_error(&fault))?;
        let transaction = writer.transaction_with_behavior(TransactionBehavior::Immediate);
        let transaction = transaction.map_err(|error| service_error(&error))?;
        self.known.confirm(&transaction).map_err(|fault| fault_error(&fault))?;
        let changed = change.run(&transaction, &self.ids, asker, moment)?;
        transaction.commit().map_err(|error| service_error(&error))?;
        self.check_files().map_err(|fault| fault_error(&fault))?;
        Ok(changed)
    }

    pub(super) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for SqliteStore {
    /// SQLite writes to its files when it closes them, by name too. If these now belong to somebody else, or are too short,
    /// the connections stay open for the rest of the process.
    fn drop(&mut self) {
        if self.check_files().is_ok() {
            return;
        }
        if let Some(readers) = &self.readers {
            readers.abandon();
        }
        if let Ok(empty) = Connection::open_in_memory() {
            std::mem::forget(std::mem::replace(&mut *self.writer(), empty));
        }
    }
}

impl Store for SqliteStore {
    fn query(&self, query: &Query<'_>, asker: &Asker<'_>, out: &mut Vec<u8>) -> Result<(), ServiceError> {
        let asked = Asked::parse(query, &self.indexes.current())?;
        self.answer(&asked, asker, out).map_err(|error| self.place.explain_error(error))
    }

    fn mutate(
        &self,
        mutation: &Mutation<'_>,
        asker: &Asker<'_>,
        moment: &Moment<'_>,
    ) -> Result<Changed, ServiceError> {
        let change = Change::parse(mutation)?;
        change.check_rights(asker)?;
        self.change(&change, asker, moment).map_err(|error| self.place.explain_error(error))
    }

    fn check(&self) -> Result<(), Error> {
        self.check_files().map_err(|fault| Error::store(&self.name, fault))
    }

    fn index(&self, entity: &str, path: &str) -> Result<(), Error> {
        let made = self.check_files().and_then(|()| self.indexes.add(&self.writer(), entity, path));
        made.map_err(|fault| self.place.explain(fault)).map_err(|fault| Error::store(&self.name, fault))
    }
}
