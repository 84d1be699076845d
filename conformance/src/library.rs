//! The module's library: opened where it is, since the process lives for one check.

use core::ffi::c_void;
use core::mem::ManuallyDrop;
use core::ops::Range;
use std::path::Path;

use libloading::Library as Dynamic;

/// An opened library. It stays mapped (rule 10).
pub(crate) struct Library {
    library: ManuallyDrop<Dynamic>,
    /// Libraries that were mapped before it, by their first address; the others it brought along.
    older: Vec<usize>,
}

impl Library {
    /// Opens it as the host does: every symbol resolved at once, none exported to others.
    pub(crate) fn open(path: &Path) -> Result<Library, String> {
        let older = mapped().into_iter().map(|one| one.base).collect();
        let path = std::path::absolute(path).map_err(|error| error.to_string())?;
        let path = rp_host::unchecked::loadable_path(path).map_err(|error| error.to_string())?;
        #[cfg(unix)]
        let opened = {
            use libloading::os::unix::{Library as Unix, RTLD_LOCAL, RTLD_NOW};
            // SAFETY: the initialisers are the module's; whoever checks it has asked for them to run.
            unsafe { Unix::open(Some(path), RTLD_NOW | RTLD_LOCAL) }.map(Dynamic::from)
        };
        #[cfg(not(unix))]
        // SAFETY: opening runs the initialisers of the module, which whoever checks it has asked for.
        let opened = unsafe { Dynamic::new(path) };
        let library = opened.map_err(|error| match std::error::Error::source(&error) {
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

    /// Where the library that contains this address lies; None if the system does not report it.
    pub(crate) fn extent(&self, inside: *const c_void) -> Option<Range<usize>> {
        let address = inside as usize;
        mapped().into_iter().find(|one| one.extent.contains(&address)).map(|one| one.extent)
    }

    /// The libraries that opening this one brought into the process, itself included.
    pub(crate) fn brought(&self) -> Vec<Mapped> {
        mapped().into_iter().filter(|one| !self.older.contains(&one.base)).collect()
    }
}

/// A library in this process.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    /// What its own addresses are counted from.
    pub(crate) base: usize,
    pub(crate) extent: Range<usize>,
    /// Where its dynamic section lies.
    pub(crate) dynamic: Option<usize>,
}

/// Every library in this process; empty if the system does not report them.
#[cfg(target_os = "linux")]
fn mapped() -> Vec<Mapped> {
    unsafe extern "C" fn visit(info: *mut libc::dl_phdr_info, _size: usize, into: *mut c_void) -> i32 {
        // SAFETY: dl_iterate_phdr(3) passes a valid info, and the vector that it was given.
        let (info, all) = unsafe { (&*info, &mut *into.cast::<Vec<Mapped>>()) };
        let base = info.dlpi_addr as usize;
        // SAFETY: dlpi_phnum headers lie at dlpi_phdr for as long as the library is mapped.
        let headers = unsafe { core::slice::from_raw_parts(info.dlpi_phdr, info.dlpi_phnum.into()) };
        let (mut low, mut high, mut dynamic) = (usize::MAX, 0, None);
        for header in headers {
            let start = base.wrapping_add(header.p_vaddr as usize);
            if header.p_type == libc::PT_LOAD {
                low = low.min(start);
                high = high.max(start.wrapping_add(header.p_memsz as usize));
            } else if header.p_type == libc::PT_DYNAMIC {
                dynamic = Some(start);
            }
        }
        if low < high {
            all.push(Mapped { base, extent: low..high, dynamic });
        }
        0
    }
    let mut all = Vec::new();
    // SAFETY: the callback is called for each library before the function returns, with the vector's address.
    unsafe { libc::dl_iterate_phdr(Some(visit), (&raw mut all).cast()) };
    all
}

/// Every library in this process; empty if the system does not report them.
#[cfg(not(target_os = "linux"))]
fn mapped() -> Vec<Mapped> {
    Vec::new()
}
