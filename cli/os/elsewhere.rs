//! Unix systems that have no file of their own.

/// How to find the place of a crash.
pub const CRASH_HELP: &str = "`rp check FILE` may tell more; a debugger shows where";

/// Has `handler` called when a module ends the process by `exit`; call it once, while there is one thread. Without
/// room for it, an end goes unnoticed.
pub fn on_exit(handler: extern "C" fn()) {
    // SAFETY: atexit(3) keeps the pointer to a function for the life of the process.
    let _registered = unsafe { libc::atexit(handler) };
}
