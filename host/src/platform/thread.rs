//! What identifies a thread, and where the innermost message that it handles lies.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicU64, Ordering};

/// Identifies a thread of this process; never reused. It is odd, so it is never 0 and never the address of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct ThreadToken(u64);

impl ThreadToken {
    /// A token that no thread has.
    const NOBODY: ThreadToken = ThreadToken(1);

    /// The token of this thread.
    pub(crate) fn current() -> Self {
        TOKEN.with(|token| match token.get() {
            ThreadToken::NOBODY => first_token(token),
            token => token,
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
        INNERMOST.with(Cell::get)
    }

    /// Whether this is still the value for this thread; false while the thread ends.
    pub(crate) fn is_current(self) -> bool {
        INNERMOST.try_with(|innermost| innermost.get() == self).unwrap_or(false)
    }

    /// Makes this the value for this thread.
    ///
    /// # Safety
    /// It is what this thread had before, or leads to a whole frame of `calls::frame` on this thread's stack, which stays
    /// where it is until another one is set.
    #[inline]
    pub(crate) unsafe fn set(self) {
        INNERMOST.with(|innermost| innermost.set(self));
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

thread_local! {
    static TOKEN: Cell<ThreadToken> = const { Cell::new(ThreadToken::NOBODY) };
    static INNERMOST: Cell<Innermost> = const { Cell::new(Innermost::none(ThreadToken::NOBODY)) };
}

#[cold]
fn first_token(token: &Cell<ThreadToken>) -> ThreadToken {
    static NEXT: AtomicU64 = AtomicU64::new(ThreadToken::NOBODY.0 + 2);
    let first = ThreadToken(NEXT.fetch_add(2, Ordering::Relaxed));
    token.set(first);
    INNERMOST.with(|innermost| {
        if innermost.get() == Innermost::none(ThreadToken::NOBODY) {
            innermost.set(Innermost::none(first));
        }
    });
    first
}
