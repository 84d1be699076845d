//! What is known when the process ends, and the report of it.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError, TryLockError};

use super::report::{End, Known, Report};
use crate::fault::EXIT_DATA;
use crate::os;

/// Whether errors are JSON.
static IS_JSON: AtomicBool = AtomicBool::new(false);
/// The process that is guarded: a copy of it has another number.
static PROCESS: AtomicU32 = AtomicU32::new(0);
/// What the command waits for, to report an end of the process on a thread that answers no message.
static AWAITED: Mutex<String> = Mutex::new(String::new());
/// The file of the first trace.
static TRACE: OnceLock<String> = OnceLock::new();

/// Remembers the process, and how its errors are written.
pub fn remember(is_json: bool) {
    IS_JSON.store(is_json, Ordering::Relaxed);
    PROCESS.store(std::process::id(), Ordering::Relaxed);
}

/// Does `work`, in which modules run. The report names `whom` when a module ends the process on a thread that answers no
/// message.
pub fn waiting_for<R>(whom: &str, work: impl FnOnce() -> R) -> R {
    note(whom);
    let answer = work();
    if is_copy() {
        report_end(&End::Copy);
        end_now();
    }
    note("");
    answer
}

fn note(whom: &str) {
    let mut awaited = AWAITED.lock().unwrap_or_else(PoisonError::into_inner);
    awaited.clear();
    awaited.push_str(whom);
}

/// Remembers where the messages are written, to tell of it after a crash.
pub fn tracing_to(file: &Path) {
    TRACE.get_or_init(|| file.display().to_string());
}

/// Whether this process is a fork of the one that is guarded.
pub fn is_copy() -> bool {
    PROCESS.load(Ordering::Relaxed) != std::process::id()
}

/// Writes to standard error what ended the process, in one piece; takes no lock that may be held, and allocates nothing.
pub fn report_end(end: &End<'_>) {
    let Some(mut report) = Report::claim() else { return };
    let awaited = match AWAITED.try_lock() {
        Ok(awaited) => Some(awaited),
        Err(TryLockError::Poisoned(poisoned)) => Some(poisoned.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    };
    let awaited = awaited.as_ref().map_or("", |text| text.as_str());
    let known = Known { awaited, trace: TRACE.get().map_or("", String::as_str) };
    rp_host::at_work(|work| report.compose(end, work, known, IS_JSON.load(Ordering::Relaxed)));
    report.write();
}

/// Ends the process without running the exit handlers that are left.
pub fn end_now() -> ! {
    os::end(EXIT_DATA)
}
