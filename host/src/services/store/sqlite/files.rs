//! Watches the files of a store. SQLite keeps using the files that it opened, whatever happens to their names, and what it
//! then writes is lost with the last handle. So the names are checked before and after each change.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::schema::{APPLICATION_ID, HEADER};
use crate::error::StoreFault;
use crate::os;

/// How a write-ahead log begins, for both byte orders of its checksums.
const LOG_MAGIC: [[u8; 4]; 2] = [*b"\x37\x7f\x06\x82", *b"\x37\x7f\x06\x83"];

/// How much SQLite must be able to write beside a store: its shared memory, and a page of the log.
const ROOM: u64 = 64 * 1024;

/// The database, its log and its shared memory, as they were opened.
pub(super) struct Files {
    database: Watched,
    beside: Vec<Watched>,
    /// One handle for the life of the store: closing any handle of a database gives up the locks of the whole process.
    handle: File,
}

struct Watched {
    path: PathBuf,
    place: (u64, u64),
    /// The greatest length so far: no file of an open store shrinks.
    length: AtomicU64,
    is_log: bool,
}

impl Files {
    /// Records the files of a store that was just opened.
    pub(super) fn note(path: &Path) -> Result<Self, StoreFault> {
        // SQLite resolves links before it names the other two files.
        let target = fs::canonicalize(path).map_err(StoreFault::Unreadable)?;
        let beside = ["-wal", "-shm"].map(|end| Watched::find(with_end(&target, end), end == "-wal"));
        Ok(Files {
            database: Watched::find(path.to_owned(), false).ok_or_else(|| gone(path))?,
            beside: beside.into_iter().flatten().collect(),
            handle: File::open(path).map_err(StoreFault::Unreadable)?,
        })
    }

    /// Checks that the names still lead to the files that were opened, and that these begin as they should.
    pub(super) fn check(&self) -> Result<(), StoreFault> {
        self.database.check()?;
        self.beside.iter().try_for_each(Watched::check)?;
        let mut head = [0; 72];
        let is_whole = os::read_at_start(&self.handle, &mut head).is_ok()
            && head.starts_with(HEADER)
            // A new store's first page is in the log only.
            && [APPLICATION_ID, 0].map(i32::to_be_bytes).contains(&[head[68], head[69], head[70], head[71]]);
        if is_whole { Ok(()) } else { Err(StoreFault::Damaged("its first page was written over".to_owned())) }
    }
}

impl Watched {
    /// `None` if SQLite created no such file.
    fn find(path: PathBuf, is_log: bool) -> Option<Self> {
        let found = os::file_state_at(&path).ok()?;
        Some(Watched { path, place: found.place, length: AtomicU64::new(found.len), is_log })
    }

    fn check(&self) -> Result<(), StoreFault> {
        // Read first: another thread may record a longer file meanwhile.
        let least = self.length.load(Ordering::Acquire);
        let moved = |what: &str| Err(StoreFault::Moved(format!("{} {what}", self.path.display())));
        let found = match os::file_state_at(&self.path) {
            Ok(found) => found,
            Err(error) if error.kind() == ErrorKind::NotFound => return Err(gone(&self.path)),
            Err(error) => return moved(&format!("cannot be looked at: {error}")),
        };
        if found.place != self.place {
            return moved("is another file now");
        }
        if found.len < least {
            return moved("was cut short");
        }
        self.length.fetch_max(found.len, Ordering::AcqRel);
        if self.is_log && found.len > 0 { self.check_log() } else { Ok(()) }
    }

    /// SQLite continues a truncated log at its old offset, so the log then begins with a hole.
    fn check_log(&self) -> Result<(), StoreFault> {
        let mut magic = [0; 4];
        let read = File::open(&self.path).and_then(|mut log| log.read_exact(&mut magic));
        if read.is_ok() && LOG_MAGIC.contains(&magic) {
            return Ok(());
        }
        Err(StoreFault::Damaged(format!("{} was written over", self.path.display())))
    }
}

fn gone(path: &Path) -> StoreFault {
    StoreFault::Moved(format!("{} is no longer there", path.display()))
}

/// Why the system lets nobody write beside a store. It is found by writing, since SQLite does not pass the reason on.
pub(super) fn why_not_written(path: &Path) -> Option<StoreFault> {
    let probe = with_end(path, "-probe");
    let mut file = match File::options().write(true).create_new(true).open(&probe) {
        Ok(file) => file,
        Err(error) => return reason(&error),
    };
    let written = write_as_far(path, &mut file);
    // No other process knows this file.
    let _ = fs::remove_file(&probe);
    reason(&written.err()?)
}

/// Writes at the end of the largest of the files, to find size limits.
fn write_as_far(path: &Path, file: &mut File) -> io::Result<()> {
    let lengths =
        ["", "-wal", "-shm"].map(|end| fs::metadata(with_end(path, end)).map_or(0, |found| found.len()));
    let room = vec![1; usize::try_from(ROOM).unwrap_or_default()];
    file.write_all(&room)?;
    io::Seek::seek(file, io::SeekFrom::Start(lengths.into_iter().max().unwrap_or(0)))?;
    file.write_all(&room)?;
    file.sync_all()
}

fn reason(error: &io::Error) -> Option<StoreFault> {
    match error.kind() {
        ErrorKind::ReadOnlyFilesystem | ErrorKind::PermissionDenied => Some(StoreFault::ReadOnly),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge => Some(StoreFault::Full),
        _ => None,
    }
}

fn with_end(path: &Path, end: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(end);
    name.into()
}
