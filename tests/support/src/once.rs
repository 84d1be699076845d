//! Files that several tests ask for, each of which may be a process of its own.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// Makes a file that is not there. One at a time does, and those who ask meanwhile wait for it rather than make it, too.
///
/// It is made under another name and then renamed, so that none finds a part of it.
pub fn once<E>(out: &Path, make: impl FnOnce(&Path) -> Result<(), E>) -> Result<(), E> {
    if out.is_file() {
        return Ok(());
    }
    let path = beside(out, ".lock");
    let lock = File::create(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    lock.lock().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if out.is_file() {
        return Ok(());
    }
    let fresh = beside(out, ".new");
    make(&fresh)?;
    fs::rename(&fresh, out).unwrap_or_else(|error| panic!("{}: {error}", out.display()));
    Ok(())
}

fn beside(out: &Path, ending: &str) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
