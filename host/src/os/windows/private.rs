//! Files and folders that only this user can reach.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

const UNKNOWN: Option<&str> = Some("lies where the host does not look at permissions");

/// Creates a folder that is as private as the one around it.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    std::fs::create_dir(path)
}

/// Creates a folder, and those above it that are missing. One that is there stays as it is.
pub(crate) fn create_private_folders(path: &Path) -> io::Result<()> {
    std::fs::create_dir_all(path)
}

/// The folder of this user's caches; an error says why there is none.
pub(crate) fn user_cache() -> Result<Option<PathBuf>, &'static str> {
    Ok(None)
}

/// Opens a file for reading.
pub(crate) fn open_unfollowed(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Opens a regular file for reading.
pub(crate) fn open_own(path: &Path) -> io::Result<File> {
    let file = open_unfollowed(path)?;
    if file.metadata()?.is_file() { Ok(file) } else { Err(ErrorKind::PermissionDenied.into()) }
}

/// Whether a folder is as [`create_private_folder`] makes it. A link is not followed.
pub(crate) fn is_private_folder(path: &Path) -> bool {
    path.symlink_metadata().is_ok_and(|metadata| metadata.is_dir())
}

/// Why others could have reached an opened file; `None` if only this user could.
pub(crate) fn exposure_of_file(_file: &File) -> io::Result<Option<&'static str>> {
    Ok(UNKNOWN)
}

/// Why others could have reached what is in a folder; `None` if only this user could.
pub(crate) fn exposure_of_folder(_path: &Path) -> io::Result<Option<&'static str>> {
    Ok(UNKNOWN)
}
