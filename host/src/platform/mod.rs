//! What differs from one operating system to the next.

pub(crate) mod clock;
pub(crate) mod os;
