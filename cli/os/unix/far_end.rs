//! Notices that the other side of a connection has gone.

use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

/// The other side of a connection.
pub struct FarEnd(OwnedFd);

impl FarEnd {
    /// That of a descriptor.
    pub fn new(end: OwnedFd) -> Self {
        FarEnd(end)
    }

    /// Waits until it has gone, also while nothing is read from it or written to it.
    pub fn wait(self) {
        let mut poll = libc::pollfd { fd: self.0.as_raw_fd(), events: 0, revents: 0 };
        loop {
            // SAFETY: poll(2) gets one descriptor, which `self` keeps open, and writes into `poll` only.
            let found = unsafe { libc::poll(&raw mut poll, 1, -1) };
            let was_interrupted =
                found < 0 && io::Error::last_os_error().kind() == io::ErrorKind::Interrupted;
            if !was_interrupted {
                return;
            }
        }
    }
}
