//! Copies of this process.

use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::{Duration, Instant};

use super::crash_of;
use crate::os::{Ended, Gap, Told, is_the_process};

/// Whether `in_a_copy` makes copies, which have none of the other threads.
pub(crate) const HAS_FORK: bool = true;

/// Runs `work` in a copy of this process.
///
/// The caller has no other threads that hold locks which `work` needs.
pub(crate) fn in_a_copy(limit: Duration, work: impl FnOnce() -> i32) -> Told<Ended> {
    // SAFETY: fork(2); the copy has this thread only, which is what the caller vouches for.
    let child = unsafe { libc::fork() };
    match child {
        -1 => Err(Gap::last("the process cannot be copied")),
        0 => {
            is_the_process();
            let code = work();
            // SAFETY: exit(3) runs what the module left for the end of the process, which is what is watched.
            unsafe { libc::exit(code) }
        }
        _ => Ok(wait_for(child, limit)),
    }
}

fn wait_for(child: i32, limit: Duration) -> Ended {
    let started = Instant::now();
    let mut status = 0;
    loop {
        // SAFETY: waitpid(2) on a child of this process.
        let found = unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) };
        if found == child {
            break;
        }
        if started.elapsed() > limit {
            // SAFETY: the child was not waited for yet, so its number is its own.
            unsafe {
                libc::kill(child, libc::SIGKILL);
                libc::waitpid(child, &mut status, 0);
            }
            return Ended::NotInTime;
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    let status = ExitStatus::from_raw(status);
    crash_of(status).map_or_else(|| Ended::With(status.code().unwrap_or_default()), Ended::Crashed)
}

/// Calls `forking` before each fork of this process from now on.
pub(crate) fn on_fork(forking: unsafe extern "C" fn()) -> Told<()> {
    // SAFETY: what the handler does before a fork is like any other call; it lies in this program.
    unsafe { at_fork(Some(forking), None) }.map_err(Gap::failed("pthread_atfork"))
}

/// Registers functions that are called around each fork of this process: one before it, one in the child.
///
/// # Safety
/// The functions do only what is async-signal-safe, and the library that they are in is never unmapped.
pub(crate) unsafe fn at_fork(
    prepare: Option<unsafe extern "C" fn()>,
    child: Option<unsafe extern "C" fn()>,
) -> std::io::Result<()> {
    // On some systems the declaration in `libc` does not take NULL, which in POSIX stands for no handler.
    unsafe extern "C" {
        fn pthread_atfork(
            prepare: Option<unsafe extern "C" fn()>,
            parent: Option<unsafe extern "C" fn()>,
            child: Option<unsafe extern "C" fn()>,
        ) -> i32;
    }
    // SAFETY: pthread_atfork(3) takes NULL for no handler; what the handlers do, the caller promises.
    match unsafe { pthread_atfork(prepare, None, child) } {
        0 => Ok(()),
        code => Err(std::io::Error::from_raw_os_error(code)),
    }
}
