//! A module that ends the process is told, and is no success: by `exit` and `quick_exit`, by a crash, or by a copy of the
//! process that comes back from a call. `_exit` and `kill -9` cannot be seen from inside.

mod report;
mod signals;

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError, TryLockError};

use crate::fault::EXIT_DATA;
use report::{End, Report};

/// Whether the process may not end yet.
static IS_ARMED: AtomicBool = AtomicBool::new(false);
/// Whether errors are JSON.
static IS_JSON: AtomicBool = AtomicBool::new(false);
/// The process that was armed: a copy of it has another number.
static PROCESS: AtomicU32 = AtomicU32::new(0);
/// Whom the command waits for, for ends on threads that answer no message.
static AWAITED: Mutex<String> = Mutex::new(String::new());

/// While it lives the end of the process is a fault.
pub struct Guard;

impl Guard {
    /// Listens from now on.
    pub fn arm(is_json: bool) -> Self {
        IS_JSON.store(is_json, Ordering::Relaxed);
        PROCESS.store(std::process::id(), Ordering::Relaxed);
        IS_ARMED.store(true, Ordering::SeqCst);
        // SAFETY: the handler lives as long as the program. Without room for it an end goes unseen, as without a guard.
        let _registered = unsafe { libc::atexit(at_exit) };
        #[cfg(target_os = "linux")]
        // SAFETY: as above.
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

/// Does `work`, in which modules run; `whom` is named where a module ends the process on a thread that answers no message.
pub fn waiting_for<R>(whom: &str, work: impl FnOnce() -> R) -> R {
    note(whom);
    let answer = work();
    if is_copy() {
        tell(End::Copy);
        end();
    }
    note("");
    answer
}

fn note(whom: &str) {
    let mut awaited = AWAITED.lock().unwrap_or_else(PoisonError::into_inner);
    awaited.clear();
    awaited.push_str(whom);
}

fn is_copy() -> bool {
    PROCESS.load(Ordering::Relaxed) != std::process::id()
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
    // SAFETY: fflush(3) writes what C code has printed so far, as `exit` would do after this.
    unsafe { libc::fflush(core::ptr::null_mut()) };
    tell(End::Exit);
    end();
}

/// Writes to standard error what ended the process, in one piece; takes no lock that may be held, and no memory.
fn tell(end: End) {
    let Some(mut report) = Report::claim() else { return };
    let awaited = match AWAITED.try_lock() {
        Ok(awaited) => Some(awaited),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    };
    let awaited = awaited.as_ref().map_or("", |text| text.as_str());
    rp_host::at_work(|work| report.compose(&end, work, awaited, IS_JSON.load(Ordering::Relaxed)));
    report.write();
}

/// Ends without running what else was left for the end.
fn end() -> ! {
    // SAFETY: _exit(2) may be called on any thread at any time.
    unsafe { libc::_exit(i32::from(EXIT_DATA)) }
}
