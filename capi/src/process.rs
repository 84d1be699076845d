//! The process that an object belongs to.

use host::{Error, HostFault};

use crate::contain::Outcome;

/// The process in which an object was made. A child that is forked from it has none of the host's threads.
pub(crate) struct Process(u32);

impl Process {
    pub(crate) fn this() -> Self {
        Process(std::process::id())
    }

    /// Fails in another process. It asks the system, which is too dear for each call.
    pub(crate) fn check(&self) -> Outcome {
        if self.0 == std::process::id() { Ok(()) } else { Err(Error::host(HostFault::Forked).into()) }
    }
}
