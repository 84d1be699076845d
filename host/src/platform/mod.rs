//! What differs from one operating system to the next, and what the host keeps for each thread.

pub(crate) mod clock;
pub(crate) mod current_step;
pub(crate) mod os;
pub(crate) mod stack;
pub(crate) mod thread;
pub(crate) mod waited;
