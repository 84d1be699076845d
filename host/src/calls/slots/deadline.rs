//! Deadlines as a slot keeps them: nanoseconds since the first one of the process.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

fn clock_start() -> Instant {
    static START: OnceLock<Instant> = OnceLock::new();
    *START.get_or_init(Instant::now)
}

/// A deadline as a slot keeps it; never 0.
pub(crate) fn to_deadline_ns(deadline: Instant) -> u64 {
    let since = deadline.saturating_duration_since(clock_start());
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX).max(1)
}

/// A slot's deadline as an instant.
pub(crate) fn from_deadline_ns(deadline_ns: u64) -> Option<Instant> {
    if deadline_ns == 0 { None } else { clock_start().checked_add(Duration::from_nanos(deadline_ns)) }
}

/// The earlier of two deadlines; 0 stands for none.
pub(crate) fn earlier(one: u64, other: u64) -> u64 {
    match (one, other) {
        (0, deadline) | (deadline, 0) => deadline,
        (one, other) => one.min(other),
    }
}
