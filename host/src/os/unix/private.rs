//! Files and folders that only this user can reach.

use std::fs::{DirBuilder, File, Metadata, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// The variable that names the folder for temporary files.
pub(crate) const TEMPORARY: &str = "TMPDIR";

/// Creates a folder that only this user can enter.
pub(crate) fn create_private_folder(path: &Path) -> io::Result<()> {
    DirBuilder::new().mode(0o700).create(path)
}

/// Creates a folder, and those above it that are missing, which only this user can enter. One that is there stays as it is.
pub(crate) fn create_private_folders(path: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(path)
}

/// The folder of this user's caches; an error says why there is none.
pub(crate) fn user_cache() -> Result<Option<PathBuf>, &'static str> {
    let given = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = given("XDG_CACHE_HOME").or_else(|| given("HOME").map(|home| home.join(".cache")));
    cache.map(Some).ok_or("neither XDG_CACHE_HOME nor HOME names a folder")
}

/// Opens a file for reading; a FIFO does not block, a link is not followed.
pub(crate) fn open_unfollowed(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).custom_flags(libc::O_NONBLOCK | libc::O_NOFOLLOW).open(path)
}

/// Opens a file for reading that is this user's own and regular; a FIFO does not block, a link is not followed.
pub(crate) fn open_own(path: &Path) -> io::Result<File> {
    let file = open_unfollowed(path)?;
    let metadata = file.metadata()?;
    if metadata.is_file() && is_own(&metadata) { Ok(file) } else { Err(ErrorKind::PermissionDenied.into()) }
}

/// Whether a folder is as [`create_private_folder`] makes it. A link is not followed.
pub(crate) fn is_private_folder(path: &Path) -> bool {
    let is_private =
        |metadata: Metadata| metadata.is_dir() && is_own(&metadata) && metadata.mode() & 0o777 == 0o700;
    path.symlink_metadata().is_ok_and(is_private)
}

/// Why others could have reached an opened file; `None` if only this user could.
pub(crate) fn exposure_of_file(file: &File) -> io::Result<Option<&'static str>> {
    let metadata = file.metadata()?;
    Ok(if !metadata.is_file() {
        Some("is no file")
    } else if metadata.nlink() != 1 {
        Some("has other names")
    } else {
        exposure(&metadata)
    })
}

/// Why others could have reached what is in a folder; `None` if only this user could. A link is not followed, since another
/// user could have made it.
pub(crate) fn exposure_of_folder(path: &Path) -> io::Result<Option<&'static str>> {
    let metadata = path.symlink_metadata()?;
    Ok(if metadata.is_dir() { exposure(&metadata) } else { Some("is not a folder") })
}

fn exposure(metadata: &Metadata) -> Option<&'static str> {
    if !is_own(metadata) {
        Some("is another user's")
    } else if metadata.mode() & 0o077 != 0 {
        Some("is open to others")
    } else {
        None
    }
}

fn is_own(metadata: &Metadata) -> bool {
    // SAFETY: geteuid(2) always succeeds.
    metadata.uid() == unsafe { libc::geteuid() }
}
