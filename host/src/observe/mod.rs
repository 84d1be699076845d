//! What an embedder observes: log, trace, progress, worker processes.

pub(crate) mod counters;
pub(crate) mod given;
pub(crate) mod log;
pub(crate) mod metrics;
pub(crate) mod observers;
pub(crate) mod playback;
pub(crate) mod progress;
pub(crate) mod recorder;
pub(crate) mod redact;
pub(crate) mod step_watch;
pub(crate) mod stopwatch;
pub(crate) mod trace;
pub(crate) mod trace_form;
#[cfg(feature = "schema")]
pub(crate) mod trace_lines;
pub(crate) mod worker;
