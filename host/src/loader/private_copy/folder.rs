//! The folder of this process, which goes when the process ends.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use super::sweep::sweep;
use crate::platform::{clock, os};

const PREFIX: &str = "rp-modules-";
/// Held locked by the process that the folder belongs to.
pub(super) const LOCK: &str = "in-use";
/// The lock before the folder is ready.
pub(super) const NEW_LOCK: &str = "in-use.new";

struct Folder {
    path: PathBuf,
    /// The same folder in a path without a `$`.
    literal: PathBuf,
    /// A forked child inherits the folder, but must not remove it.
    process: u32,
    _lock: File,
    _opened: Option<File>,
}

static FOLDER: Mutex<Option<Folder>> = Mutex::new(None);

/// The folder, in a path that the system's loader takes literally.
pub(super) fn of_process() -> io::Result<PathBuf> {
    let mut folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = &*folder {
        return Ok(folder.literal.clone());
    }
    sweep(&std::env::temp_dir());
    let path = std::env::temp_dir().join(fresh_name());
    os::create_private_folder(&path)?;
    let made = prepare(&path).inspect_err(|_| {
        // Nobody else has put anything there, and the first error is what is told.
        let _stays = fs::remove_dir_all(&path);
    })?;
    os::at_exit(remove_folder);
    Ok(folder.insert(made).literal.clone())
}

fn prepare(path: &Path) -> io::Result<Folder> {
    // Locked before it has its name: a process that sweeps meanwhile takes no unlocked one for abandoned.
    let lock = File::create_new(path.join(NEW_LOCK))?;
    lock.lock()?;
    fs::rename(path.join(NEW_LOCK), path.join(LOCK))?;
    let (literal, opened) = literal(path)?;
    let process = std::process::id();
    Ok(Folder { path: path.to_owned(), literal, process, _lock: lock, _opened: opened })
}

/// Where the path has a `$`, one through the opened folder, which stays open and so keeps its number.
fn literal(path: &Path) -> io::Result<(PathBuf, Option<File>)> {
    #[cfg(target_os = "linux")]
    if path.as_os_str().as_encoded_bytes().contains(&b'$') {
        use std::os::fd::AsRawFd;
        let opened = File::open(path)?;
        let literal = format!("/proc/self/fd/{}", opened.as_raw_fd());
        return Ok((literal.into(), Some(opened)));
    }
    Ok((path.to_owned(), None))
}

/// A name that nobody can guess: making the folder fails where something has it.
fn fresh_name() -> String {
    let mut number = [0; 8];
    clock::system_random(&mut number);
    format!("{PREFIX}{:016x}", u64::from_ne_bytes(number))
}

/// Whether [`fresh_name`] could have made this name.
pub(super) fn is_name(name: &OsStr) -> bool {
    let digits = name.to_str().and_then(|name| name.strip_prefix(PREFIX)).unwrap_or_default();
    digits.len() == 16 && digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

extern "C" fn remove_folder() {
    if os::has_leak_checker() {
        // The next process sweeps.
        return;
    }
    if let Ok(folder) = FOLDER.try_lock()
        && let Some(folder) = &*folder
        && folder.process == std::process::id()
    {
        // Nobody is left to be told; the next process sweeps what stays.
        let _stays = fs::remove_dir_all(&folder.path);
    }
}
