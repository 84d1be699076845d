//! macOS and its relatives.

use std::fmt;

/// How to find the place of a crash.
pub const CRASH_HELP: &str =
    "`rp check FILE` may tell more; `lldb --batch -o run -k bt -- rp ...` shows where";

/// Has `handler` called when a module ends the process by `exit`; call it once, while there is one thread. Without
/// room for it, an end goes unnoticed.
pub fn on_exit(handler: extern "C" fn()) {
    // SAFETY: atexit(3) keeps the pointer to a function for the life of the process.
    let _registered = unsafe { libc::atexit(handler) };
}

/// Calls `write` with the name of this thread, if the system knows one. Allocates nothing.
pub fn with_thread_name(write: impl FnOnce(&str) -> fmt::Result) -> fmt::Result {
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
