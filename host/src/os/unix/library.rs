//! Shared libraries.

use std::path::{Path, PathBuf};

use libloading::Library;
use libloading::os::unix::{Library as UnixLibrary, RTLD_LOCAL, RTLD_NOW};

use super::super::needs::Needs;
use super::super::refused::Refused;

/// Maps a library: every symbol is resolved now, and none is visible to other libraries. What it needs is found through the
/// links beside the copy.
///
/// # Safety
/// The initialisers of the library run now: they must be trusted as native code of this process.
pub(crate) unsafe fn open_library(copy: &Path, _needs: &Needs<'_>) -> Result<Library, Refused> {
    // SAFETY: the caller trusts the initialisers.
    unsafe { UnixLibrary::open(Some(copy), RTLD_NOW | RTLD_LOCAL) }.map(Library::from).map_err(Refused::from)
}

/// The folders that are searched after the module's own; none, since the system's loader says itself what it does not find.
pub(crate) fn library_folders() -> Vec<PathBuf> {
    Vec::new()
}
