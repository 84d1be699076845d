//! Crashes are told before they take their course: whoever handled the signal before handles it after this, so that core
//! dumps, exit codes and sanitizers' reports stay what they are.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;

use libc::{SIGBUS, SIGSEGV, SIGSYS, SIGTRAP, c_int, c_void, sigaction, siginfo_t};

use super::end::{is_copy, report_end};
use super::names::SIGNALS;
use super::report::End;

/// What was done on each signal before.
struct Former(UnsafeCell<[MaybeUninit<sigaction>; SIGNALS.len()]>);

// SAFETY: it is written before there is a second thread, and only read after that.
unsafe impl Sync for Former {}

static FORMER: Former = Former(UnsafeCell::new([MaybeUninit::uninit(); SIGNALS.len()]));

/// Listens from now on, also where the stack is used up, if the thread has another one for that. Call it while there is one
/// thread.
pub fn listen() {
    for (at, (signal, _)) in SIGNALS.into_iter().enumerate() {
        // SAFETY: sigaction(2) reads the action and writes the former one into its place. The all-zero action is one, with
        // an empty mask.
        unsafe {
            let mut action: sigaction = core::mem::zeroed();
            action.sa_sigaction = on_crash as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            let former = (*FORMER.0.get())[at].as_mut_ptr();
            if libc::sigaction(signal, ptr::null(), former) == 0 && (*former).sa_sigaction != libc::SIG_IGN {
                // Where it fails a crash goes untold, as without a guard.
                let _listens = libc::sigaction(signal, &action, ptr::null_mut());
            }
        }
    }
}

unsafe extern "C" fn on_crash(signal: c_int, info: *mut siginfo_t, _context: *mut c_void) {
    // SAFETY: with SA_SIGINFO the system passes a valid info.
    let (is_of_the_system, address) = unsafe { ((*info).si_code > 0, (*info).si_addr() as usize) };
    if !is_copy() {
        let has_address = is_of_the_system && matches!(signal, SIGSEGV | SIGBUS);
        report_end(End::Crash { signal, address: has_address.then_some(address) });
    }
    let Some(at) = SIGNALS.iter().position(|(number, _)| *number == signal) else { return };
    // SAFETY: this handler was set where the former action was read. What faulted faults again when this returns.
    unsafe { libc::sigaction(signal, (*FORMER.0.get())[at].as_ptr(), ptr::null_mut()) };
    if !is_of_the_system || matches!(signal, SIGTRAP | SIGSYS) {
        // What was sent does not come again by itself, and Rust's own handler would take it for a fault that does.
        // SAFETY: signal(2) and raise(3) may be called in a handler; the signal comes when this returns.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
    }
}
