//! Processors for which there are no filters of system calls.

use super::super::confinement::Unconfined;

/// Refuses: nothing would be denied.
pub(super) fn restrict(_writes: bool) -> Result<(), Unconfined> {
    Err(Unconfined::Lacks(format!("filters of system calls for {}", std::env::consts::ARCH)))
}
