//! Systems on which a process cannot be confined yet.

use super::confinement::{Budget, Reach, Unconfined};

/// Refuses: this system confines nothing.
pub(crate) fn confine(_budget: &Budget, _reach: Option<&Reach>) -> Result<(), Unconfined> {
    Err(Unconfined::Lacks(format!("a sandbox on {}", std::env::consts::OS)))
}
