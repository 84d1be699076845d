//! What the slots are built from, so that a model checker can substitute its own.

use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering, compiler_fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::platform::os;
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

/// The threads that wait for a slot; they sleep until somebody wakes them all.
pub(crate) trait Waiters: Default {
    type Guard<'a>
    where
        Self: 'a;

    /// Whoever holds the guard is not yet asleep; `wake_all` waits for it.
    fn lock(&self) -> Self::Guard<'_>;
    /// Sleeps, for at most `limit` where there is one; may end early.
    fn sleep(&self, guard: Self::Guard<'_>, limit: Option<Duration>);
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

/// A condition variable.
#[derive(Default)]
pub(crate) struct SystemWaiters {
    asleep: Mutex<()>,
    awake: Condvar,
}

impl Waiters for SystemWaiters {
    type Guard<'a> = MutexGuard<'a, ()>;

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.asleep.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self, guard: MutexGuard<'_, ()>, limit: Option<Duration>) {
        // A poisoned lock guards nothing, so its guard is as good as another.
        match limit {
            None => drop(self.awake.wait(guard)),
            Some(limit) => drop(self.awake.wait_timeout(guard, limit)),
        }
    }

    #[cold]
    fn wake_all(&self) {
        // Taken and dropped: a waiter holds the lock from its look until it sleeps, so none misses the call.
        drop(self.lock());
        self.awake.notify_all();
    }
}
