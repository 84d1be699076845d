//! The names of signals and threads.

use std::fmt;

use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP, c_int};

/// The signals that a module may crash with, and their names.
pub const SIGNALS: [(c_int, &str); 7] = [
    (SIGSEGV, "SIGSEGV"),
    (SIGBUS, "SIGBUS"),
    (SIGABRT, "SIGABRT"),
    (SIGILL, "SIGILL"),
    (SIGFPE, "SIGFPE"),
    (SIGTRAP, "SIGTRAP"),
    (SIGSYS, "SIGSYS"),
];

/// The name of one of these signals.
pub fn signal_name(signal: c_int) -> &'static str {
    SIGNALS.iter().find(|(number, _)| *number == signal).map_or("a signal", |(_, name)| name)
}

/// Calls `write` with the name of this thread, if the system knows one.
#[cfg(target_os = "linux")]
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

/// Calls `write` with the name of this thread, if the system knows one.
#[cfg(not(target_os = "linux"))]
pub fn with_thread_name(_write: impl FnOnce(&str) -> fmt::Result) -> fmt::Result {
    Ok(())
}
