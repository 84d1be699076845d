//! Tells of crashes of this process, and then lets the former handler of the signal run, so that core dumps, exit codes and
//! reports of sanitizers stay the same.

use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};
use std::time::Duration;

use libc::{SIGABRT, SIGBUS, SIGFPE, SIGILL, SIGSEGV, SIGSYS, SIGTRAP, c_int, c_void, sigaction, siginfo_t};

use super::super::own_crash::OwnCrash;

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

/// What Linux says of an address that no memory can have; it does not tell which.
const IMPOSSIBLE_ADDRESS: c_int = 128;

/// The former action of each signal.
struct Former(UnsafeCell<[MaybeUninit<sigaction>; SIGNALS.len()]>);

// SAFETY: `on_own_crash` writes it while there is one thread, and after that it is only read.
unsafe impl Sync for Former {}

static FORMER: Former = Former(UnsafeCell::new([MaybeUninit::uninit(); SIGNALS.len()]));
static TELL: OnceLock<fn(&OwnCrash)> = OnceLock::new();
/// The process that tells: a copy of it, made by fork(2), does not.
static PROCESS: AtomicI32 = AtomicI32::new(0);
/// The thread that crashed first, and its signal.
static CRASHING: AtomicUsize = AtomicUsize::new(0);
static SIGNAL: AtomicI32 = AtomicI32::new(0);

/// Has `tell` called on the thread that crashes, in a signal handler: on the alternate signal stack of the thread if it has one,
/// so that stack overflows are told too. If telling is a crash of its own, `tell` is called a second time, without a context.
/// Call it once, while there is one thread.
pub(crate) fn on_own_crash(tell: fn(&OwnCrash)) {
    TELL.get_or_init(|| tell);
    PROCESS.store(std::process::id().cast_signed(), Ordering::Relaxed);
    widen_stack();
    for (at, (signal, _)) in SIGNALS.into_iter().enumerate() {
        // SAFETY: sigaction(2) reads the action and writes the former one into its place. The all-zero action is one, with
        // an empty mask.
        unsafe {
            let mut action: sigaction = core::mem::zeroed();
            action.sa_sigaction = handle as *const () as usize;
            action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK | libc::SA_NODEFER;
            let former = (*FORMER.0.get())[at].as_mut_ptr();
            if libc::sigaction(signal, ptr::null(), former) == 0 && (*former).sa_sigaction != libc::SIG_IGN {
                // If it fails, crashes go untold, as without a handler.
                let _listens = libc::sigaction(signal, &action, ptr::null_mut());
            }
        }
    }
}

/// Whether a crash of another thread is being told; the process may end only when it is.
pub(crate) fn another_thread_crashes() -> bool {
    let first = CRASHING.load(Ordering::Acquire);
    first != 0 && first != this_thread()
}

/// Waits while another thread tells of its crash, which then ends the process; not for ever.
pub(crate) fn wait_for_crash() {
    const STEP: Duration = Duration::from_millis(10);
    const STEPS: u32 = 1000;
    let step = libc::timespec { tv_sec: 0, tv_nsec: STEP.subsec_nanos() as _ };
    for _ in 0..STEPS {
        // SAFETY: nanosleep(2) reads the time and may be called in a handler.
        unsafe { libc::nanosleep(&step, ptr::null_mut()) };
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

unsafe extern "C" fn handle(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let Some(at) = SIGNALS.iter().position(|(number, _)| *number == signal) else { return };
    // SAFETY: with SA_SIGINFO the system passes a pointer to a valid siginfo_t.
    let (code, address) = unsafe { ((*info).si_code, (*info).si_addr() as usize) };
    let is_of_the_system = code > 0;
    let has_address = is_of_the_system && code != IMPOSSIBLE_ADDRESS && matches!(signal, SIGSEGV | SIGBUS);
    let address = has_address.then_some(address);
    let crash = OwnCrash { name: Some(SIGNALS[at].1), number: signal.unsigned_abs(), address, context };
    let thread = this_thread();
    match CRASHING.compare_exchange(0, thread, Ordering::AcqRel, Ordering::Acquire) {
        Ok(_) => {
            SIGNAL.store(signal, Ordering::Relaxed);
            let limit = TimeLimit::begin();
            tell(&crash);
            limit.end();
            SIGNAL.store(0, Ordering::Relaxed);
        }
        Err(first) if first == thread => tell_anew(),
        Err(_) => wait_for_crash(),
    }
    // SAFETY: this handler was installed only after the former action of the same signal had been read into its place. The
    // faulting instruction faults again when this returns.
    unsafe { libc::sigaction(signal, (*FORMER.0.get())[at].as_ptr(), ptr::null_mut()) };
    if !is_of_the_system || matches!(signal, SIGTRAP | SIGSYS) {
        end_by(signal);
    }
}

/// Ends the process by its crash if telling takes too long: what tells may wait for a lock that the crash left behind, such as that
/// of the heap where the system makes the memory of a thread late.
struct TimeLimit(MaybeUninit<sigaction>);

impl TimeLimit {
    const SECONDS: u32 = 10;

    fn begin() -> Self {
        unsafe extern "C" fn late(_signal: c_int) {
            end_by(SIGNAL.load(Ordering::Relaxed));
        }
        let mut former = MaybeUninit::uninit();
        // SAFETY: sigaction(2) reads the one action, of which all zeros are one, and writes the other; all of these may be called
        // in a handler.
        unsafe {
            let mut action: sigaction = core::mem::zeroed();
            action.sa_sigaction = late as *const () as usize;
            libc::sigaction(libc::SIGALRM, &action, former.as_mut_ptr());
            libc::alarm(Self::SECONDS);
        }
        TimeLimit(former)
    }

    fn end(self) {
        // SAFETY: as in `begin`, which filled in the former action.
        unsafe {
            libc::alarm(0);
            libc::sigaction(libc::SIGALRM, self.0.as_ptr(), ptr::null_mut());
        }
    }
}

/// Tells of a crash, in the process that is to tell.
fn tell(crash: &OwnCrash) {
    // SAFETY: getpid(2) has no arguments and cannot fail.
    if let Some(tell) = TELL.get().filter(|_| unsafe { libc::getpid() } == PROCESS.load(Ordering::Relaxed)) {
        tell(crash);
    }
}

/// Tells of the first crash without a look at the stack, which was a crash of its own, and ends the process by the first one.
fn tell_anew() {
    let first = SIGNAL.swap(0, Ordering::Relaxed);
    let Some((signal, name)) = SIGNALS.into_iter().find(|(number, _)| *number == first) else { return };
    tell(&OwnCrash {
        name: Some(name),
        number: signal.unsigned_abs(),
        address: None,
        context: ptr::null_mut(),
    });
    end_by(signal);
}

/// A signal that was sent does not recur by itself, but Rust's own handler assumes that it does.
fn end_by(signal: c_int) {
    // SAFETY: signal(2) and raise(3) may be called in a handler, and no handler here blocks a signal of a crash.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}

/// What no other thread has, and no thread has as 0.
fn this_thread() -> usize {
    thread_local! {
        static HERE: u8 = const { 0 };
    }
    HERE.with(|here| ptr::from_ref(here).addr())
}
