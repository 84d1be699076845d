//! What Windows lacks: copies of this process.

use std::time::Duration;

use crate::os::{Ended, Gap, Told};

/// Whether `in_a_copy` makes copies, which have none of the other threads.
pub(crate) const HAS_FORK: bool = false;

const NO_FORK: Gap = Gap::Lacks("Windows has no fork");

/// Runs `work` in a copy of this process.
pub(crate) fn in_a_copy(_limit: Duration, _work: impl FnOnce() -> i32) -> Told<Ended> {
    Err(NO_FORK)
}

/// Calls `forking` before each fork of this process from now on.
pub(crate) fn on_fork(_forking: unsafe extern "C" fn()) -> Told<()> {
    Err(NO_FORK)
}
