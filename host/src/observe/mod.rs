//! What the host tells of itself: log, trace, progress.

pub(crate) mod log;
pub(crate) mod progress;
pub(crate) mod step_watch;
pub(crate) mod trace;
