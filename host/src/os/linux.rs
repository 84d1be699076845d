//! Linux, with any libc.

use std::fs::File;
use std::io;
use std::mem::MaybeUninit;
use std::os::fd::AsRawFd;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::abort;

/// The lowest usable address of this thread's stack, if the system reports it.
pub(crate) fn stack_low() -> Option<usize> {
    let mut attributes = MaybeUninit::<libc::pthread_attr_t>::uninit();
    let (mut low, mut size) = (std::ptr::null_mut(), 0_usize);
    // SAFETY: pthread_getattr_np(3) fills the attributes of a running thread, which are read and destroyed only then.
    unsafe {
        if libc::pthread_getattr_np(libc::pthread_self(), attributes.as_mut_ptr()) != 0 {
            return None;
        }
        let known = libc::pthread_attr_getstack(attributes.as_ptr(), &mut low, &mut size) == 0;
        libc::pthread_attr_destroy(attributes.as_mut_ptr());
        known.then_some(low as usize)
    }
}

/// Whether the system has [`barrier_on_every_thread`].
pub(crate) fn has_barrier_on_every_thread() -> bool {
    static REGISTERED: OnceLock<bool> = OnceLock::new();
    *REGISTERED.get_or_init(|| membarrier(libc::MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED).is_ok())
}

/// Runs a full memory barrier on every thread of the process, so that those need none of their own.
///
/// The process ends if the system refuses it: the caller would let two threads into one instance.
pub(crate) fn barrier_on_every_thread() {
    if let Err(error) = membarrier(libc::MEMBARRIER_CMD_PRIVATE_EXPEDITED) {
        refused_barrier(&error);
    }
}

fn membarrier(command: libc::c_int) -> io::Result<()> {
    // SAFETY: membarrier(2) takes three integers, touches no memory of the caller, and changes nothing but the process's
    // readiness for barriers.
    match unsafe { libc::syscall(libc::SYS_membarrier, command, 0, 0) } {
        0 => Ok(()),
        _ => Err(io::Error::last_os_error()),
    }
}

#[cold]
fn refused_barrier(error: &io::Error) -> ! {
    abort(&format!(
        "rp-host: the system refuses membarrier(2), which it granted when the host was built: {error}\n\
         Two threads could enter one instance now, so the process ends. A seccomp filter was probably installed since: \
         let it allow membarrier, or install it before Host::build."
    ))
}

/// A path to the same folder that the system's loader takes literally, and what keeps it valid; `None` if the path is literal.
///
/// If the path has a `$`, it leads through the opened folder, which stays open and so keeps its number.
pub(crate) fn literal_folder(path: &Path) -> io::Result<Option<(PathBuf, File)>> {
    if !path.as_os_str().as_encoded_bytes().contains(&b'$') {
        return Ok(None);
    }
    let opened = File::open(path)?;
    let literal = format!("/proc/self/fd/{}", opened.as_raw_fd());
    Ok(Some((literal.into(), opened)))
}

/// Calls `write` with the name of this thread, if the system knows one. Allocates nothing.
pub(crate) fn with_thread_name(write: impl FnOnce(&str) -> std::fmt::Result) -> std::fmt::Result {
    // SAFETY: gettid(2) has no arguments and cannot fail.
    if u32::try_from(unsafe { libc::gettid() }) == Ok(std::process::id()) {
        return write("main");
    }
    let mut name = [0_u8; 16];
    // SAFETY: PR_GET_NAME writes at most 16 bytes, with a NUL at the end.
    unsafe { libc::prctl(libc::PR_GET_NAME, name.as_mut_ptr()) };
    let end = name.iter().position(|byte| *byte == 0).unwrap_or(name.len());
    match std::str::from_utf8(&name[..end]) {
        Ok(name) if !name.is_empty() => write(name),
        _ => Ok(()),
    }
}
