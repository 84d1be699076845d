//! Times one message of a host that keeps a trace.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use crate::observe::observers::Observers;
use crate::observe::trace::{TraceRecord, thread_number};

/// A trace record without its times.
pub(crate) struct Entry<'a> {
    pub(crate) id: u64,
    pub(crate) cause: u64,
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) message_type: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) outcome: &'a str,
    pub(crate) response: &'a [u8],
}

/// Runs from the sending of a message to its answer.
pub(crate) struct Stopwatch<'a> {
    observers: &'a Observers,
    time_us: i64,
    started: Instant,
}

impl<'a> Stopwatch<'a> {
    pub(crate) fn start(observers: &'a Observers) -> Self {
        Stopwatch { observers, time_us: observers.now_us(), started: Instant::now() }
    }

    /// The time since the start.
    pub(crate) fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    /// Records the message, with the time that it took.
    pub(crate) fn record(&self, entry: &Entry<'_>) {
        // Before the redaction, which is no part of the call.
        let elapsed_ns = nanoseconds(self.elapsed());
        let redaction = &self.observers.redaction;
        let response = match String::from_utf8_lossy(entry.response) {
            Cow::Borrowed(text) => redaction.apply(text),
            Cow::Owned(text) => Cow::Owned(redaction.apply(&text).into_owned()),
        };
        self.observers.record(&TraceRecord {
            time_us: self.time_us,
            start_ns: nanoseconds(self.started.saturating_duration_since(self.observers.origin.0)),
            thread: thread_number(),
            id: entry.id,
            cause: entry.cause,
            from: entry.from,
            to: entry.to,
            message_type: entry.message_type,
            payload: &redaction.apply(entry.payload),
            outcome: entry.outcome,
            response,
            elapsed_ns,
        });
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}
