//! Private copies: exactly the bytes that were checked are loaded, from a name that nobody else has.
//!
//! A file that is replaced or overwritten later harms nobody, and a reload really loads the new code. The copies of a
//! process lie in one folder that goes when the process ends; what a killed process left is swept by the next one.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use crate::error::LoadFault;
use crate::{clock, os};

const PREFIX: &str = "rp-modules-";
/// Held locked by the process that the folder belongs to.
const LOCK: &str = "in-use";

struct Folder {
    path: PathBuf,
    /// A forked child inherits the folder, but must not remove it.
    process: u32,
    _lock: File,
}

static FOLDER: Mutex<Option<Folder>> = Mutex::new(None);

/// Writes `bytes` to a file of their own, named like `original`. With `beside`, links to everything that lies beside the
/// original, and beside its folder, stand at the same relative places.
pub(super) fn make(original: &Path, bytes: &[u8], beside: bool) -> Result<PathBuf, LoadFault> {
    let failed = |source| LoadFault::PrivateCopy { dir: std::env::temp_dir().display().to_string(), source };
    let folder = process_folder().map_err(failed)?;
    copy_into(&folder, original, bytes, beside).map_err(failed)
}

fn copy_into(folder: &Path, original: &Path, bytes: &[u8], beside: bool) -> io::Result<PathBuf> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = original.file_name().unwrap_or(original.as_os_str());
    let copy = if beside {
        let own = folder.join(number.to_string());
        fs::create_dir(&own)?;
        link_neighbours(&own, original)?.join(name)
    } else {
        // Without a folder of its own, which takes as long to make as the file.
        folder.join(numbered(number, name))
    };
    fs::write(&copy, bytes)?;
    Ok(copy)
}

/// A name that no other copy has; debuggers and sanitizers show it. A name that leaves no room for the number is not in it.
fn numbered(number: u64, name: &OsStr) -> OsString {
    const LONGEST: usize = 200;
    let mut numbered = OsString::from(number.to_string());
    if name.len() <= LONGEST {
        numbered.push("-");
        numbered.push(name);
    }
    numbered
}

/// Rebuilds the surroundings of `original` from links; answers the folder that stands for the original's.
fn link_neighbours(own: &Path, original: &Path) -> io::Result<PathBuf> {
    let original = std::path::absolute(original)?;
    let Some(folder) = original.parent() else { return Ok(own.to_owned()) };
    let home = own.join(folder.file_name().unwrap_or("root".as_ref()));
    fs::create_dir(&home)?;
    link_all(folder, &home, original.file_name())?;
    if let Some(above) = folder.parent() {
        link_all(above, own, folder.file_name())?;
    }
    Ok(home)
}

fn link_all(from: &Path, to: &Path, except: Option<&OsStr>) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        if Some(entry.file_name().as_os_str()) != except {
            os::link(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

fn process_folder() -> io::Result<PathBuf> {
    let mut folder = FOLDER.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(folder) = &*folder {
        return Ok(folder.path.clone());
    }
    sweep(&std::env::temp_dir());
    let path = fresh_folder()?;
    // Locked before it has its name: a process that sweeps meanwhile takes no unlocked one for abandoned.
    let fresh = path.join(LOCK).with_extension("new");
    let lock = File::create(&fresh)?;
    lock.lock()?;
    fs::rename(fresh, path.join(LOCK))?;
    os::at_exit(remove_folder);
    *folder = Some(Folder { path: path.clone(), process: std::process::id(), _lock: lock });
    Ok(path)
}

/// A folder where nobody else can put a file, of a name that nobody can guess: making it fails where something has that name.
fn fresh_folder() -> io::Result<PathBuf> {
    let mut number = [0; 8];
    clock::system_random(&mut number);
    let path = std::env::temp_dir().join(format!("{PREFIX}{:016x}", u64::from_ne_bytes(number)));
    os::create_private_folder(&path)?;
    Ok(path)
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

/// Removes the folders of processes that are gone. One that cannot be removed belongs to another user, and stays.
fn sweep(temporary: &Path) {
    let Ok(entries) = fs::read_dir(temporary) else { return };
    let ours = entries.flatten().filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX));
    for entry in ours {
        if is_abandoned(&entry.path()) {
            let _stays = fs::remove_dir_all(entry.path());
        }
    }
}

/// A folder without its lock file is one that another process is just making, unless it is old.
fn is_abandoned(folder: &Path) -> bool {
    match File::open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(_) => {
            let age = fs::metadata(folder).and_then(|metadata| metadata.modified()).ok();
            age.and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age.as_secs() > 60)
        }
    }
}
