//! What the two ends of a lane share, as the protocol between them sees it.

use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use super::frame::HEAD_BYTES;

/// The numbers by which one end tells the other how far it is. Each end writes only its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Number {
    /// Which of the other end's numbers this end sleeps on; 0 while it is awake.
    Sleeping = 0,
    /// How many frames it has posted.
    Posted = 1,
    /// How many bytes it has written into its ring, ever.
    Written = 2,
    /// How many bytes it has taken out of the other end's ring, ever.
    Taken = 3,
    /// The processor that it ran on when it last posted.
    Cpu = 4,
}

impl Number {
    /// What an end that sleeps on this number waits for.
    pub(super) fn waited_for(number: u32) -> Option<Self> {
        [Number::Posted, Number::Written, Number::Taken].into_iter().find(|known| *known as u32 == number)
    }
}

/// One end's view of what a lane shares: two words with the numbers and the head of a frame, and two rings with its body.
///
/// The other process may be hostile and change everything at any moment, so nothing that is read is the same when it is
/// read again. Model and fuzzer have memories of their own.
pub(crate) trait Memory: Send {
    type Word: Word;
    /// Bytes of a ring; a power of two.
    const RING: u32;
    /// The other end is told after so many bytes at the latest.
    const PIECE: u32;

    /// A number that this end writes.
    fn mine(&self, number: Number) -> &Self::Word;
    /// A number that the other end writes.
    fn theirs(&self, number: Number) -> &Self::Word;
    /// Writes the head of this end's next frame.
    fn put_head(&self, head: &[u8; HEAD_BYTES]);
    /// Reads the head of the other end's frame, each byte once.
    fn head(&self) -> [u8; HEAD_BYTES];
    /// Writes into this end's ring, from `at` on, not past its end.
    fn put(&self, at: u32, bytes: &[u8]);
    /// Reads from the other end's ring, from `at` on, not past its end.
    fn get(&self, at: u32, bytes: &mut [u8]);

    /// Lets no store before it pass a load after it.
    fn fence(&self);
    /// Sleeps until the other end wakes this one, for at most `limit`, and not at all if its number is no longer `seen`; may
    /// end early.
    fn sleep(&self, number: Number, seen: u32, limit: Option<Duration>);
    /// Wakes the other end if it sleeps on this number of this end.
    fn wake(&self, number: Number);
    /// The processor that this thread runs on.
    fn this_cpu(&self) -> u32;
    /// Whether the other end is known to be gone, which the memory itself never tells.
    fn is_dead(&self) -> bool;
    /// A moment between two looks.
    fn pause();
}

/// A number in shared memory.
pub(crate) trait Word {
    /// For what decides nothing.
    fn peek(&self) -> u32;
    /// What the other end wrote before it told the number is seen afterwards.
    fn look(&self) -> u32;
    /// Sets it where nothing else need be seen.
    fn set(&self, value: u32);
    /// Sets it after everything that was written before.
    fn tell(&self, value: u32);
}

impl Word for AtomicU32 {
    fn peek(&self) -> u32 {
        self.load(Ordering::Relaxed)
    }

    fn look(&self) -> u32 {
        self.load(Ordering::Acquire)
    }

    fn set(&self, value: u32) {
        self.store(value, Ordering::Relaxed);
    }

    fn tell(&self, value: u32) {
        self.store(value, Ordering::Release);
    }
}
