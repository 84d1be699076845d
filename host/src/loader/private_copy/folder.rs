//! The folder of this process, which is removed when the process ends.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::names::{LOCK, NEW_LOCK, fresh_name};
use super::sweep::sweep;
use crate::os;

struct Folder {
    path: PathBuf,
    /// A path to the same folder, without a `$`.
    literal: PathBuf,
    /// A forked child inherits the folder, but must not remove it.
    process: u32,
    _lock: File,
    _opened: Option<File>,
}

static FOLDER: Mutex<Option<Folder>> = Mutex::new(None);

/// The folder, by a path that the system's loader takes literally.
pub(super) fn of_process() -> io::Result<PathBuf> {
    let mut folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = &*folder {
        return Ok(folder.literal.clone());
    }
    sweep(&std::env::temp_dir());
    let path = std::env::temp_dir().join(fresh_name());
    os::create_private_folder(&path)?;
    let made = prepare(&path).inspect_err(|_| {
        // Only this process has put anything there, and the caller gets the first error.
        let _stays = fs::remove_dir_all(&path);
    })?;
    os::at_exit(remove_folder);
    Ok(folder.insert(made).literal.clone())
}

/// Whether its path is its name, by which every process finds it.
#[cfg(feature = "isolated")]
pub(super) fn is_named() -> bool {
    let folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    folder.as_ref().is_none_or(|folder| folder.literal == folder.path)
}

fn prepare(path: &Path) -> io::Result<Folder> {
    // Locked before it gets its final name, or a process that sweeps meanwhile would take the folder for abandoned.
    let lock = File::create_new(path.join(NEW_LOCK))?;
    lock.lock()?;
    fs::rename(path.join(NEW_LOCK), path.join(LOCK))?;
    let (literal, opened) = match os::literal_folder(path)? {
        Some((literal, opened)) => (literal, Some(opened)),
        None => (path.to_owned(), None),
    };
    let process = std::process::id();
    Ok(Folder { path: path.to_owned(), literal, process, _lock: lock, _opened: opened })
}

extern "C" fn remove_folder() {
    if os::has_leak_checker() {
        // The leak checker still has to read the files; the next process removes them.
        return;
    }
    if let Ok(folder) = FOLDER.try_lock()
        && let Some(folder) = &*folder
        && folder.process == std::process::id()
    {
        // There is nobody left to report an error to; the next process removes what stays.
        let _stays = fs::remove_dir_all(&folder.path);
    }
}
