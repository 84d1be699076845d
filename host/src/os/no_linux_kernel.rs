//! Systems on which modules cannot be isolated yet.

use super::confinement::SystemPart;

/// The parts of the system that isolated modules need.
pub(crate) fn system_parts() -> Vec<SystemPart> {
    vec![SystemPart {
        name: "worker",
        purpose: "a process of its own for a module",
        is_for_sandbox: false,
        found: Err(format!("workers on {}: use Linux, or load the module natively", std::env::consts::OS)),
    }]
}
