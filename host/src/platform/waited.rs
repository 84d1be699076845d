//! How long this thread has waited for others on behalf of a sender whose time is limited.

use std::cell::Cell;
use std::time::{Duration, Instant};

thread_local! {
    static WAITED: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// The sum of all waits on this thread that have ended: for free slots, and for answers of others.
#[cfg(feature = "wasm")]
pub(crate) fn waited() -> Duration {
    WAITED.with(Cell::get)
}

/// A wait on this thread; dropping it ends the wait.
pub(crate) struct Wait {
    started: Instant,
    before: Duration,
}

impl Wait {
    /// Begins a wait now.
    pub(crate) fn begin() -> Self {
        Wait { started: Instant::now(), before: WAITED.with(Cell::get) }
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        // Waits nested in this one, by those who answer, are part of it.
        WAITED.with(|waited| waited.set(self.before + self.started.elapsed()));
    }
}
