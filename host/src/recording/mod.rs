//! Recordings, as files have them.

pub(crate) mod canonical;
pub(crate) mod file;
pub(crate) mod life;
pub(crate) mod line;

/// The version of the format of a trace, which a recording is too.
pub(crate) const TRACE_VERSION: u32 = 2;
/// The version of what a recording has beyond a trace.
pub(crate) const RECORDING_VERSION: u32 = 1;
