//! The names of files, the clock, what the system has for isolated modules, and what the host keeps per thread.

pub(crate) mod clock;
pub(crate) mod current_step;
pub(crate) mod file_name;
pub(crate) mod isolation;
pub(crate) mod local;
pub(crate) mod stack;
pub(crate) mod start_thread;
pub(crate) mod thread;
pub(crate) mod waited;
