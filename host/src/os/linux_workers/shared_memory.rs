//! Memory that two processes share, and sleeping on a number in it.

use std::fs::File;
use std::io;
use std::ptr::{self, NonNull};
use std::sync::atomic::AtomicU32;
use std::time::Duration;

use rustix::fs::{MemfdFlags, SealFlags, fcntl_add_seals, ftruncate, memfd_create};
use rustix::mm::{MapFlags, ProtFlags, mmap, munmap};
use rustix::thread::futex;
use rustix::thread::futex::Timespec;

/// Memory of a fixed size that the processes share which have its file.
#[derive(Debug)]
pub(crate) struct SharedMemory {
    file: File,
    base: NonNull<u8>,
    len: usize,
}

// SAFETY: the mapping belongs to no thread, and stays where it is until the last owner drops it.
unsafe impl Send for SharedMemory {}
// SAFETY: as above; it gives away a pointer alone.
unsafe impl Sync for SharedMemory {}

impl SharedMemory {
    /// New memory, all zeros, which costs only what of it is touched. Its size is sealed before anybody maps it: whoever has
    /// the file could otherwise shorten it, and the other process would be killed where it reads.
    pub(crate) fn create(name: &str, len: usize) -> io::Result<Self> {
        let file = new_file(name)?;
        ftruncate(&file, len as u64)?;
        fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
        Self::map(file, len)
    }

    /// The memory of that file, which another process created and is trusted with its size.
    pub(crate) fn open(file: File) -> io::Result<Self> {
        let len = usize::try_from(file.metadata()?.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
        Self::map(file, len)
    }

    fn map(file: File, len: usize) -> io::Result<Self> {
        // SAFETY: mmap(2) places a new mapping where nothing is, which no Rust object refers to.
        let base = unsafe {
            mmap(ptr::null_mut(), len, ProtFlags::READ | ProtFlags::WRITE, MapFlags::SHARED, &file, 0)?
        };
        let base = NonNull::new(base.cast()).ok_or(io::ErrorKind::OutOfMemory)?;
        Ok(SharedMemory { file, base, len })
    }

    /// The file, to hand to the other process.
    pub(crate) fn file(&self) -> &File {
        &self.file
    }

    /// The first of its [`len`](Self::len) bytes, on the border of a page. Another process may change them at any moment.
    pub(crate) fn base(&self) -> NonNull<u8> {
        self.base
    }

    pub(crate) fn len(&self) -> usize {
        self.len
    }
}

impl Drop for SharedMemory {
    fn drop(&mut self) {
        // SAFETY: it was mapped with this length, and whoever has a pointer into it holds the owner.
        // An error could only mean that nothing was mapped there.
        let _ = unsafe { munmap(self.base.as_ptr().cast(), self.len) };
    }
}

fn new_file(name: &str) -> io::Result<File> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Linux before 6.3 knows no NOEXEC_SEAL, and there every such file may be run.
    let file = match memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL) {
        Err(rustix::io::Errno::INVAL) => memfd_create(name, flags)?,
        made => made?,
    };
    Ok(file.into())
}

/// Sleeps until another process [wakes](wake_sleepers) who sleeps on this number, for at most `limit`; not at all if the number
/// is no longer `seen`. May end early.
pub(crate) fn sleep_on(number: &AtomicU32, seen: u32, limit: Option<Duration>) {
    let limit = limit.and_then(|limit| Timespec::try_from(limit).ok());
    // Whatever ends it, the caller looks again.
    let _ = futex::wait(number, futex::Flags::empty(), seen, limit.as_ref());
}

/// Wakes who sleeps on this number, in any process.
pub(crate) fn wake_sleepers(number: &AtomicU32) {
    // Nobody to wake is no error.
    let _ = futex::wake(number, futex::Flags::empty(), i32::MAX as u32);
}

/// The processor that this thread runs on, for now.
pub(crate) fn this_cpu() -> u32 {
    // SAFETY: sched_getcpu(3) takes nothing, and reads what the system keeps for this thread.
    unsafe { libc::sched_getcpu() as u32 }
}
