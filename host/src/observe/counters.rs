//! What the calls of an instance took, where the embedder has them counted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The messages that an instance got and what came of them, since it was loaded or
/// replaced, restarts included: of the program, of other instances, events,
/// and those of its lifecycle. See [`Instance::counters`](crate::Instance::counters).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Counters {
    /// Messages.
    pub calls: u64,
    /// Those that were answered with an error response.
    pub errors: u64,
    /// Those that brought no usable response, such as a panic or a timeout.
    pub faults: u64,
    /// From sending each to its answer, the wait for a call slot included, added up.
    pub time: Duration,
    /// Bytes of the payloads.
    pub bytes_in: u64,
    /// Bytes of the responses.
    pub bytes_out: u64,
}

/// The counters of an instance, as they are kept. They are independent of each other: one that is read during a call may be
/// ahead of another.
#[derive(Default)]
pub(crate) struct Counts {
    calls: AtomicU64,
    errors: AtomicU64,
    faults: AtomicU64,
    time_ns: AtomicU64,
    bytes_in: AtomicU64,
    bytes_out: AtomicU64,
}

/// What a message came to.
#[derive(Clone, Copy)]
pub(crate) enum Came {
    Success,
    Error,
    Fault,
}

impl Counts {
    pub(crate) fn add(&self, came: Came, elapsed: Duration, bytes_in: usize, bytes_out: usize) {
        let add = |counter: &AtomicU64, count: u64| {
            counter.fetch_add(count, Ordering::Relaxed);
        };
        add(&self.calls, 1);
        add(&self.time_ns, u64::try_from(elapsed.as_nanos()).unwrap_or(u64::MAX));
        add(&self.bytes_in, bytes_in as u64);
        add(&self.bytes_out, bytes_out as u64);
        match came {
            Came::Success => {}
            Came::Error => add(&self.errors, 1),
            Came::Fault => add(&self.faults, 1),
        }
    }

    pub(crate) fn read(&self) -> Counters {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        Counters {
            calls: read(&self.calls),
            errors: read(&self.errors),
            faults: read(&self.faults),
            time: Duration::from_nanos(read(&self.time_ns)),
            bytes_in: read(&self.bytes_in),
            bytes_out: read(&self.bytes_out),
        }
    }
}
