//! What the system has for isolated modules.

use crate::os::{self, SystemPart};

/// What isolated modules need of the system, and whether this one has it. Nothing is started or changed. Built without the feature
/// `isolated`, the answer is that this is missing.
///
/// ```
/// let parts = rp_host::isolation_support();
/// let can_isolate = parts.iter().all(|part| part.found.is_ok() || part.is_for_sandbox);
/// let can_sandbox = parts.iter().all(|part| part.found.is_ok());
/// assert!(can_isolate || !can_sandbox);
/// ```
#[must_use]
pub fn isolation_support() -> Vec<SystemPart> {
    if !cfg!(feature = "isolated") {
        return vec![not_built_in()];
    }
    os::system_parts()
}

fn not_built_in() -> SystemPart {
    SystemPart {
        name: "worker",
        purpose: "a process of its own for a module",
        is_for_sandbox: false,
        found: Err("workers in this program: build it with the feature isolated of rp-host".into()),
    }
}
