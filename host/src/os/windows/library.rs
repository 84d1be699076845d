//! Shared libraries.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use libloading::Library;

/// Maps a library.
///
/// # Safety
/// `DllMain` of the library runs now: it must be trusted as native code of this process.
pub(crate) unsafe fn open_library(path: &Path) -> Result<Library, libloading::Error> {
    // SAFETY: the caller trusts `DllMain`.
    unsafe { Library::new(path) }
}

/// A path to the same folder that the system's loader takes literally, and what keeps it valid; `None` if the path is literal.
pub(crate) fn literal_folder(_path: &Path) -> io::Result<Option<(PathBuf, File)>> {
    Ok(None)
}
