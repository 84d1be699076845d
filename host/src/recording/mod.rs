//! Recordings, as files have them.

/// The version of the format of a trace, which a recording is too.
pub(crate) const TRACE_VERSION: u32 = 2;
/// The version of what a recording has beyond a trace.
pub(crate) const RECORDING_VERSION: u32 = 1;
