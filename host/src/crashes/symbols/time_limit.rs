//! How long a look-up may take.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// A time after which a look-up gives up. Real libraries take milliseconds.
pub(super) struct TimeLimit {
    end: Instant,
    steps: Cell<u32>,
    is_over: Cell<bool>,
}

impl TimeLimit {
    pub(super) fn of(limit: Duration) -> Self {
        TimeLimit { end: Instant::now() + limit, steps: Cell::new(0), is_over: Cell::new(false) }
    }

    /// Whether the time is over; looks at the clock, for steps that may take long.
    pub(super) fn is_over(&self) -> bool {
        self.is_over.set(self.is_over.get() || Instant::now() >= self.end);
        self.is_over.get()
    }

    /// The same for steps that take nanoseconds: it looks at the clock now and then.
    pub(super) fn is_over_soon(&self) -> bool {
        const BETWEEN: u32 = 4096;
        self.steps.set(self.steps.get().wrapping_add(1));
        self.is_over.get() || self.steps.get().is_multiple_of(BETWEEN) && self.is_over()
    }
}
