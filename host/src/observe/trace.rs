//! The trace: every message and its response, in both directions.

use std::borrow::Cow;

use std::time::Instant;

use serde::Serialize;

use crate::host::lifecycle::HostState;

/// One message and what came of it, as a trace file has it on one line.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TraceRecord<'a> {
    /// When it was sent: microseconds since 1970, by the host's clock.
    pub time_us: i64,
    /// The message's number.
    pub id: u64,
    /// The message in whose service it was sent, or 0.
    pub cause: u64,
    /// Who sent it: an instance's name, or `host`.
    pub from: &'a str,
    /// Who was asked: an instance's name, or `host`.
    pub to: &'a str,
    /// The message type.
    #[serde(rename = "type")]
    pub message_type: &'a str,
    /// The payload's bytes.
    pub payload: &'a str,
    /// `success`, `error`, or the code of the fault that brought no response.
    pub outcome: &'a str,
    /// The response's bytes; empty where there is none. What is not UTF-8 is replaced by U+FFFD.
    pub response: Cow<'a, str>,
    /// From sending it to its answer, the wait for a turn included, in nanoseconds.
    pub elapsed_ns: u64,
}

/// A record but for its times.
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

/// Times one message of a host that keeps a trace.
pub(crate) struct Stopwatch<'a> {
    shared: &'a HostState,
    time_us: i64,
    started: Instant,
}

impl<'a> Stopwatch<'a> {
    pub(crate) fn start(shared: &'a HostState) -> Self {
        Stopwatch { shared, time_us: shared.now_us(), started: Instant::now() }
    }

    pub(crate) fn record(&self, entry: &Entry<'_>) {
        let elapsed_ns = u64::try_from(self.started.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.shared.record(&TraceRecord {
            time_us: self.time_us,
            id: entry.id,
            cause: entry.cause,
            from: entry.from,
            to: entry.to,
            message_type: entry.message_type,
            payload: entry.payload,
            outcome: entry.outcome,
            response: String::from_utf8_lossy(entry.response),
            elapsed_ns,
        });
    }
}
