//! The trace: every message and its response, in both directions.

use std::borrow::Cow;
use std::sync::atomic::{AtomicU64, Ordering};

use rp_protocol::members;

/// One message and its outcome: one line of a trace file.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(inline))]
#[non_exhaustive]
pub struct TraceRecord<'a> {
    /// When it was sent: microseconds since 1970, by the host's clock.
    pub time_us: i64,
    /// When it was sent: nanoseconds since the host's builder was made, by a clock that never goes back, whatever the host's
    /// clock does.
    pub start_ns: u64,
    /// The thread that sent it: threads are numbered from 1 within the process, in the order of their first message.
    pub thread: u64,
    /// The message's id.
    pub id: u64,
    /// The message in whose service it was sent, or 0.
    pub cause: u64,
    /// The sender: an instance's name, or `host`.
    pub from: &'a str,
    /// The target: an instance's name, or `host`.
    pub to: &'a str,
    /// The message type.
    #[cfg_attr(feature = "schema", schemars(rename = "type"))]
    pub message_type: &'a str,
    /// The payload's bytes.
    pub payload: &'a str,
    /// `success`, `error`, or the code of the fault that brought no response.
    pub outcome: &'a str,
    /// The response's bytes; empty where there is none. What is not UTF-8 is replaced by U+FFFD.
    pub response: Cow<'a, str>,
    /// From sending it to its answer, the wait for a call slot included, in nanoseconds.
    pub elapsed_ns: u64,
}

members! {
    writes TraceRecord<'a> {
        required time_us,
        required start_ns,
        required thread,
        required id,
        required cause,
        required from,
        required to,
        required message_type as "type",
        required payload,
        required outcome,
        required response,
        required elapsed_ns,
    }
}

/// The number of this thread in a trace.
pub(crate) fn thread_number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    thread_local! {
        static NUMBER: u64 = NEXT.fetch_add(1, Ordering::Relaxed);
    }
    // A message that is sent while the thread's own memory is destroyed has no number.
    NUMBER.try_with(|number| *number).unwrap_or(0)
}
