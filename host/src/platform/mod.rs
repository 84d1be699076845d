//! What differs between operating systems, and what the host keeps per thread.

pub(crate) mod clock;
pub(crate) mod current_step;
pub(crate) mod os;
pub(crate) mod readiness;
pub(crate) mod stack;
pub(crate) mod thread;
pub(crate) mod waited;
