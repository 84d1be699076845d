//! What the system has for isolated modules.

use crate::os::{self, SystemPart};

/// What isolated modules need of the system, and whether this one has it. Nothing is started or changed.
///
/// ```
/// let parts = rp_host::isolation_support();
/// let can_isolate = parts.iter().all(|part| part.found.is_ok() || part.is_for_sandbox);
/// let can_sandbox = parts.iter().all(|part| part.found.is_ok());
/// assert!(can_isolate || !can_sandbox);
/// ```
#[must_use]
pub fn isolation_support() -> Vec<SystemPart> {
    os::system_parts()
}
