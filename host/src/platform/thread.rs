//! What identifies a thread, and where the innermost message that it handles lies.

use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::os;
use crate::platform::local::{self, Local, NOBODY};

/// Identifies a thread of this process; never reused. It is odd, so it is never 0 and never the address of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct ThreadToken(u64);

impl ThreadToken {
    /// The token of this thread.
    pub(crate) fn current() -> Self {
        local::with(|local| match local.token.get() {
            NOBODY => first_token(local),
            token => ThreadToken(token),
        })
    }

    /// A token for models of the lock.
    #[cfg(test)]
    pub(crate) const fn of_test(thread: u64) -> Self {
        ThreadToken(thread)
    }

    /// The token as an atomic word holds it.
    #[inline]
    pub(crate) fn to_bits(self) -> u64 {
        self.0
    }

    /// Numbers the threads 1, 2, 3 and so on.
    pub(crate) fn ordinal(self) -> u64 {
        self.0 >> 1
    }
}

/// Where the innermost message that a thread handles lies: the address of its frame, or the thread's token while it handles
/// none. So one comparison tells both that the thread is idle and that a slot is biased towards it.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct Innermost(*const ());

impl Innermost {
    /// What no thread has.
    pub(crate) const NEVER: Innermost = Innermost(ptr::null());

    /// Of an idle thread.
    #[inline]
    pub(crate) const fn none(token: ThreadToken) -> Self {
        Innermost(ptr::without_provenance(token.0 as usize))
    }

    /// Of a thread that handles the message of this frame.
    #[inline]
    pub(crate) fn of_frame(frame: *const ()) -> Self {
        debug_assert!(frame.addr() & 1 == 0, "a frame is aligned");
        Innermost(frame)
    }

    /// Of this thread.
    #[inline]
    pub(crate) fn current() -> Self {
        local::with(Innermost::of)
    }

    /// Of this thread, whose place `local` is.
    #[inline(always)]
    pub(crate) fn of(local: &Local) -> Self {
        Innermost(local.innermost.get())
    }

    /// Whether this is still the value for this thread.
    pub(crate) fn is_current(self) -> bool {
        Innermost::current() == self
    }

    /// Makes this the value for this thread, whose place `local` is.
    ///
    /// # Safety
    /// It is what this thread had before, or leads to a whole frame of `calls::frame` on this thread's stack, which stays
    /// where it is until another one is set.
    #[inline]
    pub(crate) unsafe fn set(self, local: &Local) {
        local.innermost.set(self.0);
    }

    /// The address of the frame; `None` for an idle thread.
    #[inline]
    pub(crate) fn frame(self) -> Option<*const ()> {
        let is_frame = self.0.addr() & 1 == 0;
        is_frame.then_some(self.0)
    }

    /// The token of an idle thread; otherwise a value that equals no thread's token.
    #[inline]
    pub(crate) fn token_if_idle(self) -> ThreadToken {
        ThreadToken(self.0.addr() as u64)
    }
}

#[cold]
fn first_token(local: &Local) -> ThreadToken {
    static NEXT: AtomicU64 = AtomicU64::new(NOBODY + 2);
    let first = ThreadToken(NEXT.fetch_add(2, Ordering::Relaxed));
    local.token.set(first.0);
    os::watch_thread();
    if local.innermost.get() == ptr::without_provenance(NOBODY as usize) {
        local.innermost.set(Innermost::none(first).0);
    }
    first
}
