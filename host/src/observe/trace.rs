//! The trace: every message and its response, in both directions.

use std::borrow::Cow;

use serde::Serialize;

/// One message and its outcome: one line of a trace file.
#[derive(Clone, Debug, Serialize)]
#[non_exhaustive]
pub struct TraceRecord<'a> {
    /// When it was sent: microseconds since 1970, by the host's clock.
    pub time_us: i64,
    /// The message's id.
    pub id: u64,
    /// The message in whose service it was sent, or 0.
    pub cause: u64,
    /// The sender: an instance's name, or `host`.
    pub from: &'a str,
    /// The target: an instance's name, or `host`.
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
    /// From sending it to its answer, the wait for a call slot included, in nanoseconds.
    pub elapsed_ns: u64,
}
