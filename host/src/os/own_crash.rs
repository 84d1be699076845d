//! A crash of this process, as the handler of it is told.

use std::fmt;

/// A crash of this process.
pub(crate) struct OwnCrash {
    /// What the system calls it; `None` if it has no name.
    pub(crate) name: Option<&'static str>,
    /// The number of the signal or exception.
    pub(crate) number: u32,
    /// What could not be accessed, where the system says so.
    pub(crate) address: Option<usize>,
    /// What the system told the handler of the thread; null where it may not be looked at.
    pub(crate) context: *mut core::ffi::c_void,
}

impl fmt::Display for OwnCrash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name {
            Some(name) => f.write_str(name)?,
            None => write!(f, "exception {:#x}", self.number)?,
        }
        self.address.map_or(Ok(()), |address| write!(f, " at address {address:#x}"))
    }
}
