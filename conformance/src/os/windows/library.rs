//! The loader of DLLs.

use std::path::Path;

use libloading::os::windows::{
    LOAD_LIBRARY_SEARCH_DEFAULT_DIRS, LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR, Library as Windows,
};
use libloading::{Error, Library};

/// Opens a library as the host does: what it needs is looked for beside it and in the system's folders, not in the current one.
pub(crate) fn open_library(path: &Path) -> Result<Library, Error> {
    let flags = LOAD_LIBRARY_SEARCH_DEFAULT_DIRS | LOAD_LIBRARY_SEARCH_DLL_LOAD_DIR;
    // SAFETY: opening runs the initialisers of the module, which whoever checks it has asked for.
    unsafe { Windows::load_with_flags(path, flags) }.map(Library::from)
}
