//! Private copies: exactly the bytes that were checked are loaded, from a name that nobody else has.
//!
//! A file that is replaced or overwritten later harms nobody, and a reload really loads the new code. The loader expands
//! `$ORIGIN`, `$LIB` and `$PLATFORM` in the path that it is given, and maps show a path on one line: so a copy's path holds
//! none of what is special in the original's.

mod folder;
mod sweep;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use crate::error::LoadFault;
use crate::platform::os;

/// A copy; dropping it removes it, with all that was made for it.
pub(super) struct PrivateCopy {
    path: PathBuf,
    /// The folder that holds it, where it has one of its own.
    own: Option<PathBuf>,
    is_kept: bool,
}

impl PrivateCopy {
    /// What the system's loader is given.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Leaves it until the process ends.
    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for PrivateCopy {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        // What cannot be removed goes with the process's folder.
        let _stays = match &self.own {
            Some(own) => fs::remove_dir_all(own),
            None => fs::remove_file(&self.path),
        };
    }
}

/// Writes `bytes` to a file of their own, named like `original`. With `beside`, links to everything that lies beside the
/// original, and beside its folder, stand at the same relative places.
pub(super) fn make(original: &Path, bytes: &[u8], beside: bool) -> Result<PrivateCopy, LoadFault> {
    let folder = folder::of_process().map_err(fault)?;
    copy_into(&folder, original, bytes, beside).map_err(fault)
}

/// The error of a copy that cannot be made, or not be loaded from where it lies.
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

/// A number and a name, which debuggers and sanitizers show. A name that leaves no room for the number is not in it.
fn numbered(number: u64, name: &OsStr) -> OsString {
    const LONGEST: usize = 200;
    if name.len() > LONGEST { number.to_string().into() } else { format!("{number}-{}", plain(name)).into() }
}

/// A name with `_` for whatever is not plain.
fn plain(name: &OsStr) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"._-+".contains(&byte);
    let bytes = name.as_encoded_bytes().iter();
    bytes.map(|&byte| if is_plain(byte) { char::from(byte) } else { '_' }).collect()
}

/// Rebuilds the surroundings of `original` from links; answers the path that stands for the original's.
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

/// A free path in `folder` for what stands under `name` in the original surroundings. A name that is not plain links to it,
/// so that whoever asks for the name finds it.
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

/// Neighbours in a folder that may be searched and not listed are left out: nobody can know their names.
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
