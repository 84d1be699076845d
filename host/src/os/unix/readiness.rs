//! A file descriptor that is readable while something waits to be taken.

use std::io::{self, Read, Write};
use std::os::fd::{AsFd, BorrowedFd};
use std::os::unix::net::UnixStream;

/// Shows by a file descriptor that something waits.
pub(crate) struct Readiness {
    shown: UnixStream,
    writer: UnixStream,
}

impl Readiness {
    /// Takes two file descriptors.
    pub(crate) fn new() -> io::Result<Self> {
        let (shown, writer) = UnixStream::pair()?;
        // A program that reads from the descriptor, against the documentation, must not make the host wait.
        shown.set_nonblocking(true)?;
        writer.set_nonblocking(true)?;
        Ok(Readiness { shown, writer })
    }

    /// Changes whether it is readable. The caller holds a lock and calls only for a change, so there is one byte or none.
    pub(crate) fn show(&self, is_readable: bool) {
        let _moved = if is_readable { (&self.writer).write(&[1]) } else { (&self.shown).read(&mut [0]) };
    }
}

impl AsFd for Readiness {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.shown.as_fd()
    }
}

/// Gives a type the file descriptor of its field.
macro_rules! show_readiness {
    ($type:ty, $field:ident) => {
        impl std::os::fd::AsFd for $type {
            fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
                std::os::fd::AsFd::as_fd(&*self.$field)
            }
        }

        impl std::os::fd::AsRawFd for $type {
            fn as_raw_fd(&self) -> std::os::fd::RawFd {
                std::os::fd::AsRawFd::as_raw_fd(&std::os::fd::AsFd::as_fd(self))
            }
        }
    };
}
pub(crate) use show_readiness;
