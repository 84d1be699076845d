//! Ends by `exit` and `quick_exit`.

use std::sync::atomic::{AtomicBool, Ordering};

use super::end::{end_now, is_copy, remember, report_end};
use super::report::End;
use super::signals;

/// Whether an end of the process is an error.
static IS_ARMED: AtomicBool = AtomicBool::new(false);

/// While it lives, an end of the process is an error.
pub struct Guard;

impl Guard {
    /// Watches from now on; call it while there is one thread.
    pub fn arm(is_json: bool) -> Self {
        remember(is_json);
        IS_ARMED.store(true, Ordering::SeqCst);
        // SAFETY: atexit(3) keeps the function pointer for the life of the process, and `at_exit` is a static function.
        // Without room for it an end goes unreported, as without a guard.
        let _registered = unsafe { libc::atexit(at_exit) };
        #[cfg(target_os = "linux")]
        // SAFETY: at_quick_exit(3), declared below as C11 has it, keeps the pointer to the same static function.
        let _registered = unsafe { at_quick_exit(at_exit) };
        signals::listen();
        Self
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        IS_ARMED.store(false, Ordering::SeqCst);
    }
}

#[cfg(target_os = "linux")]
unsafe extern "C" {
    /// Of C11; the crate `libc` does not have it.
    fn at_quick_exit(handler: extern "C" fn()) -> core::ffi::c_int;
}

extern "C" fn at_exit() {
    if is_copy() || !IS_ARMED.swap(false, Ordering::SeqCst) {
        return;
    }
    // SAFETY: fflush(3) of NULL writes what C code has printed so far, as `exit` would do after this handler.
    unsafe { libc::fflush(core::ptr::null_mut()) };
    report_end(End::Exit);
    end_now();
}
