//! The module's library: opened where it is, since the process lives for one check.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ops::Range;
use std::path::Path;

use libloading::Library as Dynamic;

use crate::os::{self, Mapped, Told};

/// An opened library. It stays mapped (rule 10).
pub(crate) struct Library {
    library: ManuallyDrop<Dynamic>,
    /// Libraries that were mapped before it, by their first address; the others it brought along.
    older: Vec<usize>,
}

impl Library {
    /// Opens it as the host does: every symbol resolved at once, none exported to others.
    pub(crate) fn open(path: &Path) -> Result<Library, String> {
        let older = os::libraries().unwrap_or_default().into_iter().map(|one| one.base).collect();
        let path = std::path::absolute(path).map_err(|error| error.to_string())?;
        let path = rp_host::unchecked::loadable_path(path).map_err(|error| error.to_string())?;
        let library = os::open_library(&path).map_err(|error| match std::error::Error::source(&error) {
            Some(source) => source.to_string(),
            None => error.to_string(),
        })?;
        Ok(Library { library: ManuallyDrop::new(library), older })
    }

    /// An exported function.
    ///
    /// # Safety
    /// `T` is the type of the function of that name.
    pub(crate) unsafe fn function<T: Copy>(&self, name: &str) -> Option<T> {
        // SAFETY: `T` is the type of that function, as the caller promises, and the library is never unmapped.
        unsafe { self.library.get::<T>(name) }.ok().map(|function| *function)
    }

    /// Where the library that contains this address lies; None if no library does.
    pub(crate) fn extent(&self, inside: *const c_void) -> Told<Option<Range<usize>>> {
        let address = inside as usize;
        let found = os::libraries()?.into_iter().find(|one| one.extent.contains(&address));
        Ok(found.map(|one| one.extent))
    }

    /// The libraries that opening this one brought into the process, itself included.
    pub(crate) fn brought(&self) -> Told<Vec<Mapped>> {
        Ok(os::libraries()?.into_iter().filter(|one| !self.older.contains(&one.base)).collect())
    }
}
