//! No memory that processes share.

use std::fs::File;
use std::io;
use std::ptr::NonNull;
use std::sync::atomic::AtomicU32;
use std::time::Duration;

/// Memory of a fixed size that processes share: there is none.
#[derive(Debug)]
pub(crate) enum SharedMemory {}

impl SharedMemory {
    /// Always an error.
    pub(crate) fn create(_: &str, _len: usize) -> io::Result<Self> {
        Err(not_shared())
    }

    /// Always an error.
    pub(crate) fn open(_file: File) -> io::Result<Self> {
        Err(not_shared())
    }

    /// The file, to hand to the other process.
    pub(crate) fn file(&self) -> &File {
        match *self {}
    }

    /// The first of its bytes.
    pub(crate) fn base(&self) -> NonNull<u8> {
        match *self {}
    }

    pub(crate) fn len(&self) -> usize {
        match *self {}
    }
}

fn not_shared() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "no memory is shared between processes on this system")
}

/// Returns at once.
pub(crate) fn sleep_on(_number: &AtomicU32, _seen: u32, _limit: Option<Duration>) {}

/// Nobody sleeps.
pub(crate) fn wake_sleepers(_number: &AtomicU32) {}

/// Unknown, and so always the same.
pub(crate) fn this_cpu() -> u32 {
    0
}
