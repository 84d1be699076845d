//! Shared libraries.

use std::path::Path;

use libloading::Library;
use libloading::os::unix::{Library as UnixLibrary, RTLD_LOCAL, RTLD_NOW};

/// Maps a library: every symbol is resolved now, and none is visible to other libraries.
///
/// # Safety
/// The initialisers of the library run now: they must be trusted as native code of this process.
pub(crate) unsafe fn open_library(path: &Path) -> Result<Library, libloading::Error> {
    // SAFETY: the caller trusts the initialisers.
    unsafe { UnixLibrary::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Library::from)
}
