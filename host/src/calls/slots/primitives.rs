//! What the slots are built from, so that a model checker can substitute its own.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering, compiler_fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Duration;

use crate::os;
use crate::platform::thread::ThreadToken;

/// Atomics, fences, sleeping threads: the system's, or those of a model that tries every order of steps.
pub(crate) trait Primitives: Debug + Sized + 'static {
    type Word: Word;
    type Waiters: Waiters;
    /// How many times in a row a thread must come before a slot is biased towards it.
    const BIAS_AFTER: u64;

    /// The half of an asymmetric fence that costs nothing; it orders only together with [`heavy_fence`](Self::heavy_fence).
    fn light_fence();
    /// The half that orders for every thread of the process.
    fn heavy_fence();
    /// Whether the system has the two fences.
    fn has_fences() -> bool;
    /// Tells the processor or the model that this thread looks again and again until another one has made progress.
    fn pause();
    /// Identifies this thread.
    fn this_thread() -> ThreadToken;
}

/// An atomic word.
pub(crate) trait Word: Default {
    fn load(&self, order: Ordering) -> u64;
    fn store(&self, value: u64, order: Ordering);
    fn swap(&self, value: u64, order: Ordering) -> u64;
    /// Replaces 0 with `new`; true if 0 was there. A success is sequentially consistent.
    fn replace_zero(&self, new: u64) -> bool;
    /// Sets `bits` unless the word is 0; true if it was not 0. Both outcomes acquire.
    fn set_unless_zero(&self, bits: u64) -> bool;
}

/// Who waits for a slot: threads, which sleep, and wakers, which their owners left behind.
pub(crate) trait Waiters: Default {
    type Guard<'a>
    where
        Self: 'a;

    /// Whoever holds the guard is not yet asleep; `wake_all` waits for it.
    fn lock(&self) -> Self::Guard<'_>;
    /// Counts a thread that is about to sleep, until it [leaves](Self::leave).
    fn enter(&self, guard: &mut Self::Guard<'_>);
    /// Sleeps, for at most `limit` where there is one; may end early.
    fn sleep(&self, guard: Self::Guard<'_>, limit: Option<Duration>);
    /// A counted thread has its slot, or has given up: the wakers look again, since one that let threads go first is woken
    /// by nobody else.
    fn leave(&self);
    /// Whether threads are counted.
    fn has_threads(&self, guard: &Self::Guard<'_>) -> bool;
    /// Keeps a waker, which is woken once: by the next `wake_all` or `leave`.
    fn keep(&self, guard: Self::Guard<'_>, waker: Waker);
    fn wake_all(&self);
}

/// The primitives of the processor and the operating system.
#[derive(Debug)]
pub(crate) struct System;

impl Primitives for System {
    type Word = AtomicU64;
    type Waiters = SystemWaiters;
    /// Enough to pay for revoking the bias.
    const BIAS_AFTER: u64 = 256;

    #[inline(always)]
    fn light_fence() {
        // The barrier on every thread does the processor's part; the compiler must not reorder what surrounds it.
        compiler_fence(Ordering::SeqCst);
    }

    fn heavy_fence() {
        os::barrier_on_every_thread();
    }

    fn has_fences() -> bool {
        os::has_barrier_on_every_thread()
    }

    fn pause() {
        std::hint::spin_loop();
    }

    fn this_thread() -> ThreadToken {
        ThreadToken::current()
    }
}

/// Implements it for the system's atomic and for the model's, which have the same methods but no trait in common, so that
/// the model tries the very steps that the system takes.
macro_rules! impl_word {
    ($atomic:ty) => {
        impl Word for $atomic {
            #[inline(always)]
            fn load(&self, order: Ordering) -> u64 {
                <$atomic>::load(self, order)
            }

            #[inline(always)]
            fn store(&self, value: u64, order: Ordering) {
                <$atomic>::store(self, value, order);
            }

            #[inline(always)]
            fn swap(&self, value: u64, order: Ordering) -> u64 {
                <$atomic>::swap(self, value, order)
            }

            fn replace_zero(&self, new: u64) -> bool {
                self.compare_exchange(0, new, Ordering::SeqCst, Ordering::Relaxed).is_ok()
            }

            fn set_unless_zero(&self, bits: u64) -> bool {
                let set = |word: u64| (word != 0).then_some(word | bits);
                self.fetch_update(Ordering::AcqRel, Ordering::Acquire, set).is_ok()
            }
        }
    };
}
#[cfg(all(test, not(rp_sanitized)))]
pub(super) use impl_word;

impl_word!(AtomicU64);

/// A condition variable, and the wakers beside it.
#[derive(Default)]
pub(crate) struct SystemWaiters {
    present: Mutex<Present>,
    awake: Condvar,
}

#[derive(Default)]
pub(crate) struct Present {
    threads: usize,
    wakers: Vec<Waker>,
}

impl SystemWaiters {
    /// How many threads are counted.
    pub(super) fn threads(&self) -> usize {
        self.lock().threads
    }
}

impl Waiters for SystemWaiters {
    type Guard<'a> = MutexGuard<'a, Present>;

    fn lock(&self) -> MutexGuard<'_, Present> {
        self.present.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, guard: &mut MutexGuard<'_, Present>) {
        guard.threads += 1;
    }

    fn sleep(&self, guard: MutexGuard<'_, Present>, limit: Option<Duration>) {
        // A thread that panicked left the count and the wakers whole, so a poisoned guard is as good as another.
        match limit {
            None => drop(self.awake.wait(guard)),
            Some(limit) => drop(self.awake.wait_timeout(guard, limit)),
        }
    }

    fn leave(&self) {
        let mut present = self.lock();
        present.threads -= 1;
        let wakers = std::mem::take(&mut present.wakers);
        drop(present);
        wakers.into_iter().for_each(Waker::wake);
    }

    fn has_threads(&self, guard: &MutexGuard<'_, Present>) -> bool {
        guard.threads > 0
    }

    fn keep(&self, mut guard: MutexGuard<'_, Present>, waker: Waker) {
        guard.wakers.push(waker);
    }

    #[cold]
    fn wake_all(&self) {
        // A waiter holds the lock from its look until it sleeps, so none misses the call.
        let wakers = std::mem::take(&mut self.lock().wakers);
        self.awake.notify_all();
        wakers.into_iter().for_each(Waker::wake);
    }
}
