//! The dynamic linker.

use std::path::Path;

use libloading::os::unix::{Library as Unix, RTLD_LOCAL, RTLD_NOW};
use libloading::{Error, Library};

/// Opens a library as the host does: every symbol resolved at once, none exported to others.
pub(crate) fn open_library(path: &Path) -> Result<Library, Error> {
    // SAFETY: the initialisers are the module's; whoever checks it has asked for them to run.
    unsafe { Unix::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Library::from)
}
