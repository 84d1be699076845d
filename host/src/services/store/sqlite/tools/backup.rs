//! Copies a store while hosts may write to it.

use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags};

use super::store_file::{StoreFile, new_file};
use super::watch::{Counter, Watch};
use crate::error::{Error, StoreFault};
use crate::services::store::sqlite::fault::store_fault;

/// Pages of one step.
const STEP: i32 = 1024;

impl StoreFile {
    /// Copies the store as it is at this moment into a new file, page by page; answers its size in bytes. Hosts go on meanwhile.
    /// The copy is on the disk when this returns.
    ///
    /// # Errors
    /// There is a file at `to` already, it cannot be written, or `watch` stops it. No copy remains then.
    pub fn backup(&self, to: impl AsRef<Path>, watch: &mut Watch<'_>) -> Result<u64, Error> {
        let to = to.as_ref();
        let blame_copy = |fault| Error::store(&to.to_string_lossy(), fault);
        let whole = std::path::absolute(to).map_err(|error| blame_copy(StoreFault::Unreadable(error)))?;
        new_file(&whole).map_err(blame_copy)?;
        let copied = self.copy(&whole, watch);
        if copied.is_err() {
            remove(&whole);
        }
        copied.map_err(|fault| self.blame(fault))
    }

    fn copy(&self, to: &Path, watch: &mut Watch<'_>) -> Result<u64, StoreFault> {
        // Pages that others write meanwhile would make SQLite start again; of one moment there are none.
        let moment = self.moment()?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut copy = Connection::open_with_flags(to, flags).map_err(store_fault)?;
        run(&Backup::new(&moment, &mut copy).map_err(store_fault)?, watch)?;
        copy.close().map_err(|(_, error)| store_fault(error))?;
        fs::metadata(to).map(|found| found.len()).map_err(StoreFault::Unreadable)
    }
}

fn run(backup: &Backup<'_, '_>, watch: &mut Watch<'_>) -> Result<(), StoreFault> {
    let mut counter = Counter::new(watch, None);
    loop {
        let step = backup.step(STEP).map_err(store_fault)?;
        let progress = backup.progress();
        let whole = |pages: i32| u64::try_from(pages).unwrap_or_default();
        counter.expect(whole(progress.pagecount));
        counter.tell(whole(progress.pagecount - progress.remaining))?;
        match step {
            StepResult::Done => return Ok(()),
            StepResult::More => {}
            _ => return Err(StoreFault::Locked),
        }
    }
}

/// Removes what was copied so far. It fails only where the system does not let it, and the error of the copy says more.
fn remove(copy: &Path) {
    let mut journal = copy.as_os_str().to_owned();
    journal.push("-journal");
    for path in [copy.to_owned(), PathBuf::from(journal)] {
        let _ = fs::remove_file(path);
    }
}
