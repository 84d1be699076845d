//! Opens a file, checks that it is a store, and creates one if there is no file.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::config::DbConfig;
use rusqlite::{Connection, MAIN_DB, OpenFlags, Result, TransactionBehavior};

use super::fault::{fault_error, is_of_the_file, store_fault};
use super::files::why_not_written;
use super::functions;
use super::known::Known;
use super::options::SqliteOptions;
use super::schema::{APPLICATION_ID, HEADER, TABLES, VERSION};
use crate::error::ServiceError;
use crate::error::StoreFault;

/// Where a store lies.
pub(super) enum Place {
    /// An absolute path: relative names such as ":memory:" and "file:a?mode=memory" have other meanings for SQLite, and the
    /// working directory may change.
    File(PathBuf),
    Memory,
}

impl Place {
    /// Adds the cause to a fault about which SQLite says only that a file could not be used.
    pub(super) fn explain(&self, fault: StoreFault) -> StoreFault {
        match (self, &fault) {
            (Place::File(path), StoreFault::File(_)) => why_not_written(path).unwrap_or(fault),
            _ => fault,
        }
    }

    /// The same for an error response.
    pub(super) fn explain_error(&self, error: ServiceError) -> ServiceError {
        match self {
            Place::File(path) if is_of_the_file(&error) => {
                why_not_written(path).map_or(error, |fault| fault_error(&fault))
            }
            _ => error,
        }
    }
}

/// Opens the connection that writes.
pub(super) fn open(place: &Place, options: &SqliteOptions) -> Result<(Connection, Known), StoreFault> {
    waiting(options, || open_once(place, options))
}

/// Waits for other processes. SQLite itself does not always wait, such as when two processes change the journal mode of a new
/// file.
fn waiting<T>(options: &SqliteOptions, open: impl Fn() -> Result<T, StoreFault>) -> Result<T, StoreFault> {
    const PAUSE: Duration = Duration::from_millis(10);
    let started = Instant::now();
    loop {
        match open() {
            Err(StoreFault::Locked) if started.elapsed() < options.wait_limit => std::thread::sleep(PAUSE),
            opened => return opened,
        }
    }
}

fn open_once(place: &Place, options: &SqliteOptions) -> Result<(Connection, Known), StoreFault> {
    let mut connection = match place {
        Place::Memory => Connection::open_in_memory().map_err(store_fault)?,
        Place::File(path) => {
            check_file(path)?;
            connect(path, OpenFlags::SQLITE_OPEN_CREATE).map_err(store_fault)?
        }
    };
    set_up(&connection, options).map_err(store_fault)?;
    check_store(&connection)?;
    if connection.is_readonly(MAIN_DB).map_err(store_fault)? {
        return Err(StoreFault::ReadOnly);
    }
    prepare_writer(&connection, options).map_err(store_fault)?;
    make_tables(&mut connection)?;
    let known = Known::check(&connection)?;
    Ok((connection, known))
}

/// Opens a store that exists, to look at it: no file is created, and nothing is changed.
pub(super) fn open_existing(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreFault> {
    // Without a handle of our own: closing it would give up the locks of a store that this process has open.
    match fs::metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(StoreFault::NotFound),
        Err(error) => return Err(StoreFault::Unreadable(error)),
        Ok(found) => check_kind(&found)?,
    }
    waiting(options, || {
        let connection = open_reader(path, options).map_err(store_fault)?;
        check_store(&connection)?;
        if is_made(&connection).map_err(store_fault)? {
            Known::check(&connection)?;
            return Ok(connection);
        }
        Err(StoreFault::NotAStore("an empty file, or one that is too short".to_owned()))
    })
}

/// Lets a connection that looked at a store change it.
pub(super) fn allow_changes(connection: &Connection, options: &SqliteOptions) -> Result<(), StoreFault> {
    if connection.is_readonly(MAIN_DB).map_err(store_fault)? {
        return Err(StoreFault::ReadOnly);
    }
    connection.pragma_update(None, "query_only", false).map_err(store_fault)?;
    prepare_writer(connection, options).map_err(store_fault)
}

/// Opens a connection that no other connection to the file is open beside, and none can be opened.
pub(super) fn open_alone(path: &Path, options: &SqliteOptions) -> Result<Connection, StoreFault> {
    drop(open_existing(path, options)?);
    waiting(options, || {
        let connection = connect(path, OpenFlags::empty()).map_err(store_fault)?;
        // Before anything is read: the first look at the file then takes its lock for good.
        connection.pragma_update(None, "locking_mode", "exclusive").map_err(store_fault)?;
        set_up(&connection, options).map_err(store_fault)?;
        check_store(&connection)?;
        Known::check(&connection)?;
        if connection.is_readonly(MAIN_DB).map_err(store_fault)? {
            return Err(StoreFault::ReadOnly);
        }
        Ok(connection)
    })
}

/// Opens a connection that reads. The file was checked when the store was opened.
pub(super) fn open_reader(path: &Path, options: &SqliteOptions) -> Result<Connection> {
    // Readers of a WAL write its shared memory, so the file is opened for writing; query_only keeps it from being changed.
    let connection = connect(path, OpenFlags::empty())?;
    set_up(&connection, options)?;
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

fn connect(path: &Path, more: OpenFlags) -> Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    Connection::open_with_flags(path, flags)
}

/// Sets up any connection.
fn set_up(connection: &Connection, options: &SqliteOptions) -> Result<()> {
    const STATEMENTS: usize = 64;
    const CACHE_KIB: i32 = 16 * 1024;
    connection.busy_timeout(options.wait_limit)?;
    // Plans do not depend on values; otherwise SQLite would prepare a statement again for each new limit or id.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    // The file may come from somebody else.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    connection.pragma_update(None, "cell_size_check", true)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    functions::define(connection)
}

fn prepare_writer(connection: &Connection, options: &SqliteOptions) -> Result<()> {
    connection.pragma_update_and_check(None, "journal_mode", "wal", |_| Ok(()))?;
    // A mutation that was answered survives a power loss.
    connection.pragma_update(None, "synchronous", "full")?;
    if let Some(limit) = options.size_limit {
        let page: u32 = connection.pragma_query_value(None, "page_size", |row| row.get(0))?;
        let pages = i64::try_from(limit / u64::from(page.max(1))).unwrap_or(i64::MAX).max(1);
        connection.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    Ok(())
}

/// Rejects anything but a regular file; SQLite would only say that it cannot open it.
fn check_file(path: &Path) -> Result<(), StoreFault> {
    match fs::metadata(path) {
        Ok(found) => {
            check_kind(&found)?;
            if found.len() > 0 { check_header(path) } else { Ok(()) }
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => check_folder(path),
        Err(error) => Err(StoreFault::Unreadable(error)),
    }
}

fn check_kind(found: &fs::Metadata) -> Result<(), StoreFault> {
    match found {
        found if found.is_dir() => Err(StoreFault::NotAFile("folder")),
        found if !found.is_file() => Err(StoreFault::NotAFile("special file")),
        _ => Ok(()),
    }
}

/// Rejects a file that does not begin like a database; SQLite would overwrite one that is shorter than a page.
fn check_header(path: &Path) -> Result<(), StoreFault> {
    let mut header = Vec::new();
    let length = HEADER.len() as u64;
    let read = fs::File::open(path).and_then(|file| file.take(length).read_to_end(&mut header));
    read.map_err(StoreFault::Unreadable)?;
    if header == HEADER { Ok(()) } else { Err(StoreFault::NotAStore("a file of another kind".to_owned())) }
}

fn check_folder(path: &Path) -> Result<(), StoreFault> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match fs::metadata(folder) {
        Ok(found) if found.is_dir() => Ok(()),
        _ => Err(StoreFault::NoFolder { folder: folder.to_owned() }),
    }
}

/// Checks by the header that the file is a store of this version, or an empty database.
fn check_store(connection: &Connection) -> Result<(), StoreFault> {
    let pragma = |name| connection.pragma_query_value(None, name, |row| row.get::<_, i32>(0));
    let tables = connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get::<_, i64>(0));
    let application_id = pragma("application_id").map_err(store_fault)?;
    let version = pragma("user_version").map_err(store_fault)?;
    let tables = tables.map_err(store_fault)?;
    match (application_id, version) {
        (APPLICATION_ID, VERSION) => Ok(()),
        (APPLICATION_ID, found) => Err(StoreFault::Version { found, host: VERSION }),
        (0, 0) if tables == 0 => Ok(()),
        _ => Err(StoreFault::NotAStore("a database of another program".to_owned())),
    }
}

/// Whether the tables of a store are there.
fn is_made(connection: &Connection) -> Result<bool> {
    connection.pragma_query_value(None, "user_version", |row| Ok(row.get::<_, i32>(0)? != 0))
}

/// Creates the tables of a new store; another process may be doing the same.
fn make_tables(connection: &mut Connection) -> Result<(), StoreFault> {
    if is_made(connection).map_err(store_fault)? {
        return Ok(());
    }
    let transaction =
        connection.transaction_with_behavior(TransactionBehavior::Immediate).map_err(store_fault)?;
    if !is_made(&transaction).map_err(store_fault)? {
        transaction.execute_batch(TABLES).map_err(store_fault)?;
        transaction.pragma_update(None, "application_id", APPLICATION_ID).map_err(store_fault)?;
        transaction.pragma_update(None, "user_version", VERSION).map_err(store_fault)?;
    }
    transaction.commit().map_err(store_fault)?;
    check_store(connection)
}
