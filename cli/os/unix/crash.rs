//! Tells of crashes, and then lets the former handler of the signal run, so that core dumps, exit codes and reports of
//! sanitizers stay the same.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;

use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP, c_int, c_void, sigaction, siginfo_t};

use crate::os::terms::Crash;

/// The signals that a module may crash with, and their names.
const SIGNALS: [(c_int, &str); 7] = [
    (SIGSEGV, "SIGSEGV"),
    (SIGBUS, "SIGBUS"),
    (SIGABRT, "SIGABRT"),
    (SIGILL, "SIGILL"),
    (SIGFPE, "SIGFPE"),
    (SIGTRAP, "SIGTRAP"),
    (SIGSYS, "SIGSYS"),
];

/// The bytes of the first thread's alternate signal stack. Rust's library gives it 8 KiB, which suffice for a line of text; a
/// report is formatted, and on some processors no function takes less than 160 bytes.
const STACK: usize = 1 << 16;

/// The former action of each signal.
struct Former(UnsafeCell<[MaybeUninit<sigaction>; SIGNALS.len()]>);

// SAFETY: `on_crash` writes it while there is one thread, and after that it is only read.
unsafe impl Sync for Former {}

static FORMER: Former = Former(UnsafeCell::new([MaybeUninit::uninit(); SIGNALS.len()]));
static TELL: OnceLock<fn(Crash)> = OnceLock::new();

/// Has `tell` called on the thread that crashes, in a signal handler: on the alternate signal stack of the thread if it has one,
/// so that stack overflows are told too. Call it once, while there is one thread.
pub fn on_crash(tell: fn(Crash)) {
    TELL.get_or_init(|| tell);
    widen_stack();
    for (at, (signal, _)) in SIGNALS.into_iter().enumerate() {
        // SAFETY: sigaction(2) reads the action and writes the former one into its place. The all-zero action is one, with
        // an empty mask.
        unsafe {
            let mut action: sigaction = core::mem::zeroed();
            action.sa_sigaction = handle as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
            let former = (*FORMER.0.get())[at].as_mut_ptr();
            if libc::sigaction(signal, ptr::null(), former) == 0 && (*former).sa_sigaction != libc::SIG_IGN {
                // If it fails, crashes go untold, as without a guard.
                let _listens = libc::sigaction(signal, &action, ptr::null_mut());
            }
        }
    }
}

/// Gives this thread an alternate signal stack that a report fits on. If there is no memory, the former one stays.
fn widen_stack() {
    let (access, kind) = (libc::PROT_READ | libc::PROT_WRITE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
    // SAFETY: mmap(2) gives new memory, which is never given back and which sigaltstack(2) hands to this thread alone.
    unsafe {
        let memory = libc::mmap(ptr::null_mut(), STACK, access, kind, -1, 0);
        if memory != libc::MAP_FAILED {
            let stack = libc::stack_t { ss_sp: memory, ss_flags: 0, ss_size: STACK };
            let _stays = libc::sigaltstack(&stack, ptr::null_mut());
        }
    }
}

unsafe extern "C" fn handle(signal: c_int, info: *mut siginfo_t, _context: *mut c_void) {
    let Some(at) = SIGNALS.iter().position(|(number, _)| *number == signal) else { return };
    // SAFETY: with SA_SIGINFO the system passes a pointer to a valid siginfo_t.
    let (is_of_the_system, address) = unsafe { ((*info).si_code > 0, (*info).si_addr() as usize) };
    if let Some(tell) = TELL.get() {
        let has_address = is_of_the_system && matches!(signal, SIGSEGV | SIGBUS);
        let address = has_address.then_some(address);
        tell(Crash { name: Some(SIGNALS[at].1), number: signal.unsigned_abs(), address });
    }
    // SAFETY: this handler was installed only after the former action of the same signal had been read into its place. The
    // faulting instruction faults again when this returns.
    unsafe { libc::sigaction(signal, (*FORMER.0.get())[at].as_ptr(), ptr::null_mut()) };
    if !is_of_the_system || matches!(signal, SIGTRAP | SIGSYS) {
        // A signal that was sent does not recur by itself, but Rust's own handler assumes that it does.
        // SAFETY: signal(2) and raise(3) may be called in a handler; the signal comes when this returns.
        unsafe {
            libc::signal(signal, libc::SIG_DFL);
            libc::raise(signal);
        }
    }
}
