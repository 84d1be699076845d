//! macOS and its relatives.

use std::io;
use std::path::{Path, PathBuf};

/// The lowest usable address of this thread's stack, if the system reports it.
pub(crate) fn stack_low() -> Option<usize> {
    // SAFETY: both functions only read what the system keeps of the running thread.
    let (high, size) = unsafe {
        let this = libc::pthread_self();
        (libc::pthread_get_stackaddr_np(this) as usize, libc::pthread_get_stacksize_np(this))
    };
    high.checked_sub(size)
}

/// Whether the system has [`barrier_on_every_thread`].
pub(crate) fn has_barrier_on_every_thread() -> bool {
    false
}

/// Never called here, since nothing is biased without it.
pub(crate) fn barrier_on_every_thread() {}

/// A path to the same folder that the system's loader takes literally, and what keeps it valid; `None` if the path is literal.
pub(crate) fn literal_folder(_path: &Path) -> io::Result<Option<(PathBuf, std::fs::File)>> {
    Ok(None)
}

/// Calls `write` with the name of this thread, if the system knows one. Allocates nothing.
pub(crate) fn with_thread_name(write: impl FnOnce(&str) -> std::fmt::Result) -> std::fmt::Result {
    // SAFETY: pthread_main_np(3) has no arguments and cannot fail.
    if unsafe { libc::pthread_main_np() } == 1 {
        return write("main");
    }
    let mut name = [0_u8; 64];
    // SAFETY: pthread_getname_np(3) writes at most as many bytes as it is told, with a NUL at the end.
    unsafe { libc::pthread_getname_np(libc::pthread_self(), name.as_mut_ptr().cast(), name.len()) };
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    match std::str::from_utf8(&name[..end]) {
        Ok(name) if !name.is_empty() => write(name),
        _ => Ok(()),
    }
}
