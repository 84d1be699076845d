//! The file of a store, opened to be looked at.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::error::{Error, StoreFault};
use crate::services::store::sqlite::fault::store_fault;
use crate::services::store::sqlite::open::{self, Place};
use crate::services::store::sqlite::options::SqliteOptions;

/// The file of a store, for programs that look after it: list, export, import, copy, check.
///
/// Unlike [`SqliteStore`](super::super::SqliteStore), opening it creates no file and changes none; only
/// [`import`](Self::import) changes entities. Hosts may have the store open: a read sees one moment of it and
/// blocks nobody; who writes waits for other writers as long as [`SqliteOptions::wait_limit`] says. Like every program
/// that closes a store as the last, it moves what stands in the log into the file.
///
/// ```
/// use std::ops::ControlFlow;
/// use rp_host::store::{Existing, Selection, SqliteOptions, StoreFile};
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("notes.sqlite");
/// let store = StoreFile::create_with(&path, &SqliteOptions::new())?;
/// let mut lines = &br#"{"entity":"note","id":"1","data":{"text":"Kew"}}"#[..];
/// store.import(&mut lines, Existing::Refuse, &mut |_| ControlFlow::Continue(()))?;
/// let mut out = Vec::new();
/// store.export(&Selection::all(), &mut out, &mut |_| ControlFlow::Continue(()))?;
/// assert!(String::from_utf8(out)?.contains(r#""data":{"text":"Kew"}"#));
/// # Ok(())
/// # }
/// ```
pub struct StoreFile {
    pub(super) connection: Connection,
    pub(super) path: PathBuf,
    pub(super) options: SqliteOptions,
    /// The path as the caller gave it.
    name: String,
}

impl StoreFile {
    /// Opens a store that exists.
    ///
    /// # Errors
    /// There is no such file, it is not a store, of another version, damaged, or locked for longer than five seconds.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::open_with(path, &SqliteOptions::new())
    }

    /// Opens a store that exists with these options.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn open_with(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::at(path, options).map_err(|fault| Error::store(&path.to_string_lossy(), fault))
    }

    /// Makes a new, empty store.
    ///
    /// # Errors
    /// There is a file already, or none can be made.
    pub fn create_with(path: impl AsRef<Path>, options: &SqliteOptions) -> Result<Self, Error> {
        let path = path.as_ref();
        let created =
            new_file(path).and_then(|()| make_tables(path, options)).and_then(|()| Self::at(path, options));
        created.map_err(|fault| Error::store(&path.to_string_lossy(), fault))
    }

    fn at(path: &Path, options: &SqliteOptions) -> Result<Self, StoreFault> {
        let whole = std::path::absolute(path).map_err(StoreFault::Unreadable)?;
        let connection = open::open_existing(&whole, options)?;
        let name = path.to_string_lossy().into_owned();
        Ok(StoreFile { connection, path: whole, options: options.clone(), name })
    }

    /// The error of this store.
    pub(super) fn blame(&self, fault: StoreFault) -> Error {
        Error::store(&self.name, fault)
    }

    /// From here on all reads see the same moment, until it is dropped.
    pub(super) fn moment(&self) -> Result<Transaction<'_>, StoreFault> {
        let moment = self.connection.unchecked_transaction().map_err(store_fault)?;
        // SQLite takes the moment of the first read.
        moment.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(())).map_err(store_fault)?;
        Ok(moment)
    }

    /// A transaction that changes the store. Others that write wait for its end.
    pub(super) fn change(&self) -> Result<Transaction<'_>, StoreFault> {
        open::allow_changes(&self.connection, &self.options)?;
        Transaction::new_unchecked(&self.connection, TransactionBehavior::Immediate).map_err(store_fault)
    }
}

fn make_tables(path: &Path, options: &SqliteOptions) -> Result<(), StoreFault> {
    let whole = std::path::absolute(path).map_err(StoreFault::Unreadable)?;
    open::open(&Place::File(whole), options).map(drop)
}

/// Makes an empty file where there is none.
pub(super) fn new_file(path: &Path) -> Result<(), StoreFault> {
    File::create_new(path).map(drop).map_err(|error| why_not_made(path, &error))
}

fn why_not_made(path: &Path, error: &io::Error) -> StoreFault {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match error.kind() {
        ErrorKind::AlreadyExists => StoreFault::Exists,
        ErrorKind::NotFound | ErrorKind::NotADirectory => StoreFault::NoFolder { folder: folder.to_owned() },
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => StoreFault::ReadOnly,
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => StoreFault::Full,
        _ => StoreFault::File(error.to_string()),
    }
}
