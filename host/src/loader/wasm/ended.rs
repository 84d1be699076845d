//! How a call of a guest's code ends.

use crate::abi::rp_status;
use crate::error::CallFault;

/// Why the code did not return. Boxed, since results of this type lie on the call path.
#[derive(Debug)]
pub(super) struct Ended(pub(super) Box<CallFault>);

impl From<CallFault> for Ended {
    #[cold]
    fn from(fault: CallFault) -> Self {
        Ended(Box::new(fault))
    }
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Ended {}

/// The result of a call from which the code returned.
pub(super) enum Answered {
    Status(rp_status),
    /// The guest broke a rule or reached a limit, and lives on.
    Fault(Ended),
}

impl Answered {
    #[cold]
    pub(super) fn fault(fault: CallFault) -> Self {
        Answered::Fault(fault.into())
    }
}
