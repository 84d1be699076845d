//! What differs between operating systems. Only this file chooses between them.

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::readiness_of;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::readiness_of;
