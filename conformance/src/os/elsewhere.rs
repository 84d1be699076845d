//! Unix systems other than Linux and macOS, of which rp knows no more than POSIX says.

use std::path::PathBuf;

use super::{Gap, Mapped, Slot, Told};

/// Bytes that the C library's allocator has given out.
pub(crate) fn heap_in_use() -> Told<usize> {
    Err(Gap::Lacks("POSIX has no mallinfo2"))
}

/// Threads of this process.
pub(crate) fn thread_count() -> Told<usize> {
    Err(Gap::Lacks("POSIX has no list of a process's threads"))
}

/// Open descriptors and what they stand for, which POSIX does not tell.
pub(crate) fn descriptors() -> Told<Vec<(String, PathBuf)>> {
    // SAFETY: getdtablesize(3) and fcntl(2) with F_GETFD only read.
    let is_open = |descriptor: &i32| unsafe { libc::fcntl(*descriptor, libc::F_GETFD) } >= 0;
    // SAFETY: as above.
    let most = unsafe { libc::getdtablesize() }.min(1 << 16);
    Ok((0..most).filter(is_open).map(|descriptor| (descriptor.to_string(), PathBuf::new())).collect())
}

/// Every library in this process.
pub(crate) fn libraries() -> Told<Vec<Mapped>> {
    Err(Gap::Lacks("POSIX has no dl_iterate_phdr"))
}

/// Points the slots for malloc and its kin to functions that count.
pub(crate) fn lead_malloc_here(_libraries: &[Mapped]) -> Told<Vec<Slot>> {
    Err(Gap::Lacks("POSIX has no dl_iterate_phdr"))
}
