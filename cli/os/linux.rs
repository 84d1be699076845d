//! Linux.

use std::fmt;

/// How to find the place of a crash.
pub const CRASH_HELP: &str =
    "`rp check FILE` may tell more; `gdb -batch -ex run -ex bt --args rp ...` shows where";

/// Has `handler` called when a module ends the process by `exit` or `quick_exit`; call it once, while there is one thread. Without
/// room for it, an end goes unnoticed.
pub fn on_exit(handler: extern "C" fn()) {
    // SAFETY: atexit(3) keeps the pointer to a function for the life of the process.
    let _registered = unsafe { libc::atexit(handler) };
    // SAFETY: at_quick_exit(3), declared below as C11 has it, does the same.
    let _registered = unsafe { at_quick_exit(handler) };
}

unsafe extern "C" {
    /// Of C11; the crate `libc` does not have it.
    fn at_quick_exit(handler: extern "C" fn()) -> core::ffi::c_int;
}

/// Calls `write` with the name of this thread, if the system knows one. Allocates nothing.
pub fn with_thread_name(write: impl FnOnce(&str) -> fmt::Result) -> fmt::Result {
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
