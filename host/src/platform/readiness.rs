//! A file descriptor that is readable while something waits to be taken.

/// Shows by a file descriptor that something waits; elsewhere than on Unix it does nothing.
#[cfg(unix)]
pub(crate) struct Readiness {
    shown: std::os::unix::net::UnixStream,
    writer: std::os::unix::net::UnixStream,
}

#[cfg(unix)]
impl Readiness {
    /// Takes two file descriptors.
    pub(crate) fn new() -> std::io::Result<Self> {
        let (shown, writer) = std::os::unix::net::UnixStream::pair()?;
        // A program that reads from the descriptor, against the documentation, must not make the host wait.
        shown.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        Ok(Readiness { shown, writer })
    }

    /// Changes whether it is readable. The caller holds a lock and calls only for a change, so there is one byte or none.
    pub(crate) fn show(&self, is_readable: bool) {
        use std::io::{Read, Write};
        let _moved = if is_readable { (&self.writer).write(&[1]) } else { (&self.shown).read(&mut [0]) };
    }

    pub(crate) fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        std::os::fd::AsFd::as_fd(&self.shown)
    }
}

#[cfg(not(unix))]
pub(crate) struct Readiness;

#[cfg(not(unix))]
impl Readiness {
    #[expect(clippy::unnecessary_wraps, reason = "it fails on Unix, where it takes file descriptors")]
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Readiness)
    }

    pub(crate) fn show(&self, _is_readable: bool) {}
}
