//! Private copies: the system loads exactly the bytes that were checked, from a file that nobody else writes.
//!
//! So it does no harm if the original is replaced or overwritten later, and a reload loads the new code. The system's loader
//! expands `$ORIGIN`, `$LIB` and `$PLATFORM` in a path, and memory maps show a path on one line: a copy's path therefore has
//! only plain characters.
//!
//! A copy is a file with a name, not a memory file: debuggers, sanitizers and backtraces read symbols from it, and the system's
//! loader would take a reused `/proc/self/fd/N` for the library that it opened first.

mod folder;
mod names;
mod sweep;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::LoadFault;
use crate::os;

/// The name of the file that the one at this path is a private copy of; `None` if it is no copy.
#[cfg(feature = "worker")]
pub(crate) fn original_name(path: &Path) -> Option<String> {
    names::original_name(path)
}

/// A copy. Dropping it removes it and all that was made for it.
pub(super) struct PrivateCopy {
    path: PathBuf,
    /// Its own folder, if it has one.
    own: Option<PathBuf>,
    is_kept: bool,
}

impl PrivateCopy {
    /// The path for the system's loader.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Fails if its path means nothing to another process.
    #[cfg(feature = "isolated")]
    pub(super) fn check_for_others(&self) -> Result<(), LoadFault> {
        if folder::is_named() {
            return Ok(());
        }
        Err(fault(io::Error::other("no other process finds it, since its name has a `$`")))
    }

    /// Keeps it until the process ends.
    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for PrivateCopy {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        // What cannot be removed now is removed with the process's folder.
        let _stays = match &self.own {
            Some(own) => fs::remove_dir_all(own),
            None => fs::remove_file(&self.path),
        };
    }
}

/// Writes `bytes` to a new file, named like `original`. With `beside`, links to everything beside the original, and beside its
/// folder, are made at the same relative places.
pub(super) fn make(original: &Path, bytes: &[u8], beside: bool) -> Result<PrivateCopy, LoadFault> {
    let folder = folder::of_process().map_err(fault)?;
    copy_into(&folder, original, bytes, beside).map_err(fault)
}

/// The error of a copy that cannot be made, or cannot be loaded from its place.
pub(super) fn fault(source: io::Error) -> LoadFault {
    LoadFault::PrivateCopy { dir: std::env::temp_dir().display().to_string(), source }
}

fn copy_into(folder: &Path, original: &Path, bytes: &[u8], beside: bool) -> io::Result<PrivateCopy> {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = original.file_name().unwrap_or(original.as_os_str());
    let mut copy = PrivateCopy { path: folder.join(numbered(number, name)), own: None, is_kept: false };
    if beside {
        let own = folder.join(number.to_string());
        fs::create_dir(&own)?;
        copy.own = Some(own.clone());
        copy.path = link_neighbours(&own, original)?;
    }
    fs::write(&copy.path, bytes)?;
    Ok(copy)
}

/// A number and the name, which debuggers and sanitizers show; the number alone if the name is too long.
fn numbered(number: u64, name: &OsStr) -> OsString {
    const LONGEST: usize = 200;
    if name.len() > LONGEST { number.to_string().into() } else { format!("{number}-{}", plain(name)).into() }
}

/// The name with `_` for every character that is not plain.
fn plain(name: &OsStr) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    let bytes = name.as_encoded_bytes().iter();
    bytes.map(|&byte| if is_plain(byte) { char::from(byte) } else { '_' }).collect()
}

/// Rebuilds the surroundings of `original` from links; returns the path that takes the place of the original's.
fn link_neighbours(own: &Path, original: &Path) -> io::Result<PathBuf> {
    let original = std::path::absolute(original)?;
    let name = original.file_name().unwrap_or(original.as_os_str());
    let Some(folder) = original.parent() else { return Ok(own.join(plain(name))) };
    let home_name = folder.file_name().unwrap_or("root".as_ref());
    if let Some(above) = folder.parent() {
        link_all(above, own, home_name)?;
    }
    let home = stand_in(own, home_name)?;
    fs::create_dir(&home)?;
    link_all(folder, &home, name)?;
    stand_in(&home, name)
}

/// A free path in `folder` for what is called `name` in the original surroundings. If the name is not plain, a link with that
/// name leads to the path.
fn stand_in(folder: &Path, name: &OsStr) -> io::Result<PathBuf> {
    if name == plain(name).as_str() {
        return Ok(folder.join(name));
    }
    let mut free = (0..u64::MAX).map(|number| numbered(number, name));
    let free = free.find(|free| folder.join(free).symlink_metadata().is_err());
    let free = free.ok_or(ErrorKind::AlreadyExists)?;
    os::link(free.as_ref(), &folder.join(name))?;
    Ok(folder.join(free))
}

/// Leaves the neighbours out if the folder may be searched but not listed: their names are unknown.
fn link_all(from: &Path, to: &Path, except: &OsStr) -> io::Result<()> {
    let entries = match fs::read_dir(from) {
        Err(error) if error.kind() == ErrorKind::PermissionDenied => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let entry = entry?;
        if entry.file_name() != except {
            os::link(&entry.path(), &to.join(entry.file_name()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        let long = "n".repeat(252) + ".so";
        for (name, expected) in [
            ("lib-x_1.so.2", "7-lib-x_1.so.2"),
            ("lib$LIB.so", "7-lib_LIB.so"),
            ("${ORIGIN}\n\u{1b}.so", "7-__ORIGIN___.so"),
            ("a b.so", "7-a_b.so"),
            (&long, "7"),
        ] {
            assert_eq!(numbered(7, name.as_ref()), expected);
        }
    }

    #[test]
    fn a_stand_in_takes_no_name_that_is_there() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("0-a_b"), "").unwrap();
        let path = stand_in(folder.path(), "a$b".as_ref()).unwrap();
        assert_eq!(path, folder.path().join("1-a_b"));
        fs::write(path, "copy").unwrap();
        assert_eq!(fs::read_to_string(folder.path().join("a$b")).unwrap(), "copy");
    }
}
