//! Linux.

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
