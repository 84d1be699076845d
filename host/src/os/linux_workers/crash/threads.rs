//! What a handler needs of the thread that it runs on.

use std::cell::{Cell, OnceCell};
use std::io;
use std::mem::MaybeUninit;
use std::ptr;
use std::sync::atomic::{AtomicBool, Ordering};

use libc::{c_void, stack_t};

/// A thread, as its handler sees it. Nothing here is dropped or made lazily, so that a handler may read it.
pub(super) struct Thread {
    pub(super) lane: Cell<Option<u32>>,
    pub(super) message: Cell<u64>,
    /// The lowest usable address of its stack, or 0 if that is not known.
    pub(super) stack_low: Cell<u64>,
}

thread_local! {
    pub(super) static THREAD: Thread =
        const { Thread { lane: Cell::new(None), message: Cell::new(0), stack_low: Cell::new(0) } };
}

/// Notes that this thread works for a message, or, with 0, for none; gives the one that it worked for before.
pub(crate) fn at_work_for(message: u64) -> u64 {
    THREAD.with(|thread| thread.message.replace(message))
}

/// Whether threads of the program that call modules get a stack of their own for handlers.
static IS_WATCHING: AtomicBool = AtomicBool::new(false);

/// Gives every thread that calls a module from now on a stack on which a crash can be explained.
pub(super) fn watch_stacks() {
    IS_WATCHING.store(true, Ordering::Relaxed);
}

/// Gives this thread such a stack, if crashes are explained. Once for each thread.
pub(crate) fn watch_thread() {
    if IS_WATCHING.load(Ordering::Relaxed) {
        watch_own_thread();
    }
}

/// Gives a thread that the module started, and that calls the host, a stack for its handler; other threads of the module have
/// none, so that a full stack of theirs ends the process without a report. Cheap after the first call.
pub(crate) fn watch_own_thread() {
    thread_local! {
        static OWN: OnceCell<Option<CrashStack>> = const { OnceCell::new() };
    }
    let is_lane = THREAD.with(|thread| thread.lane.get().is_some());
    if !is_lane {
        // Without memory for it there is none, as for the threads that never call.
        let _gone = OWN.try_with(|own| own.get_or_init(CrashStack::of_thread).is_some());
    }
}

/// A stack on which this thread's handlers run, so that a full stack is no obstacle. It is given back when this is dropped, on
/// the same thread.
pub(crate) struct CrashStack {
    mapping: *mut c_void,
    former: stack_t,
}

impl CrashStack {
    /// Its size: the registers of a processor with all its extensions take 12 KiB, the handler and the unwinder less.
    const SIZE: usize = 64 << 10;
    /// Below it: a handler that needs more must not write into the memory of others.
    const GUARD: usize = 64 << 10;

    /// Gives this thread, which serves a lane, a stack.
    ///
    /// # Errors
    /// The system has no memory for it.
    pub(crate) fn of_lane(lane: u32) -> io::Result<Self> {
        THREAD.with(|thread| thread.lane.set(Some(lane)));
        Self::new()
    }

    /// Whoever gave the thread its former stack takes that back before this is dropped, so it is not restored.
    fn of_thread() -> Option<Self> {
        let mut own = Self::new().ok()?;
        own.former = no_stack();
        Some(own)
    }

    fn new() -> io::Result<Self> {
        let low = super::super::super::stack_low();
        THREAD.with(|thread| thread.stack_low.set(low.unwrap_or(0) as u64));
        // SAFETY: mmap(2) makes a new mapping, whose lower part is then closed, and sigaltstack(2) takes its upper part.
        unsafe {
            let (size, flags) = (Self::GUARD + Self::SIZE, libc::MAP_PRIVATE | libc::MAP_ANONYMOUS);
            let mapping = libc::mmap(ptr::null_mut(), size, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0);
            if mapping == libc::MAP_FAILED {
                return Err(io::Error::last_os_error());
            }
            let mut own = CrashStack { mapping, former: no_stack() };
            let stack = stack_t { ss_sp: mapping.byte_add(Self::GUARD), ss_flags: 0, ss_size: Self::SIZE };
            let mut former = MaybeUninit::uninit();
            if libc::mprotect(mapping, Self::GUARD, libc::PROT_NONE) != 0
                || libc::sigaltstack(&stack, former.as_mut_ptr()) != 0
            {
                return Err(io::Error::last_os_error());
            }
            own.former = former.assume_init();
            Ok(own)
        }
    }
}

impl Drop for CrashStack {
    fn drop(&mut self) {
        let mut current = MaybeUninit::<stack_t>::uninit();
        // SAFETY: the handlers of this thread run on its former stack from now on, or on one that somebody else gave it
        // meanwhile, so nothing uses the mapping.
        unsafe {
            let is_known = libc::sigaltstack(ptr::null(), current.as_mut_ptr()) == 0;
            if is_known && current.assume_init().ss_sp == self.mapping.byte_add(Self::GUARD) {
                libc::sigaltstack(&self.former, ptr::null_mut());
            }
            libc::munmap(self.mapping, Self::GUARD + Self::SIZE);
        }
    }
}

fn no_stack() -> stack_t {
    stack_t { ss_sp: ptr::null_mut(), ss_flags: libc::SS_DISABLE, ss_size: 0 }
}
