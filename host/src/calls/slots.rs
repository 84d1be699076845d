//! Turns: how many messages an instance answers at once (rule 5).
//!
//! An instance has one slot, a concurrent one has [`CONCURRENT_SLOTS`]. A message is in work in a slot that its thread
//! took. Any thread takes a free slot with one compare-and-swap. A thread that keeps coming back gets the slot *biased*
//! towards it and then takes it with plain loads and stores, since two locked instructions cost twice what all the rest of
//! a call costs (10 ns beside 5). Who wants a slot that is biased towards another thread takes the bias away first, with a
//! barrier that interrupts every thread of the process: dear, but only where threads change over.

mod deadline;
mod lock;
#[cfg(all(test, not(rp_sanitized)))]
mod model;
mod primitives;

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

pub(crate) use deadline::{earlier, from_deadline_ns, to_deadline_ns};
use lock::BiasedLock;
pub(crate) use lock::LIFECYCLE;
use primitives::{Primitives, Sleep, System};

use crate::platform::thread::ThreadToken;

/// Messages that a concurrent instance answers at once; a further caller waits for its turn.
pub(crate) const CONCURRENT_SLOTS: usize = 64;

/// The place of one message in work. Padded, so that two threads on two slots do not share a cache line.
#[repr(align(128))]
pub(crate) struct Slot<P: Primitives = System> {
    lock: BiasedLock<P>,
    cause: AtomicU64,
    /// The number of the message here that is cancelled; numbers never come twice, so it need not be reset.
    cancelled: AtomicU64,
    /// Nanoseconds as `deadline` counts them, or 0 where there is no deadline.
    deadline_ns: AtomicU64,
    depth: AtomicU32,
    hops: AtomicU32,
}

impl<P: Primitives> Default for Slot<P> {
    fn default() -> Self {
        Slot {
            lock: BiasedLock::default(),
            cause: AtomicU64::default(),
            cancelled: AtomicU64::default(),
            deadline_ns: AtomicU64::default(),
            depth: AtomicU32::default(),
            hops: AtomicU32::default(),
        }
    }
}

/// What a message in work passes on to the messages that are sent in its service.
#[derive(Clone, Copy, Default)]
pub(crate) struct Inheritance {
    pub(crate) cause: u64,
    /// Sends that led here.
    pub(crate) depth: u32,
    /// Events that led here, each emitted while the one before was handled.
    pub(crate) hops: u32,
    pub(crate) deadline_ns: u64,
}

impl<P: Primitives> Slot<P> {
    /// The message that the biased thread, which is this one, has in work here.
    pub(crate) fn owned(&self) -> u64 {
        self.lock.owned()
    }

    pub(crate) fn inherit(&self, from: Inheritance) {
        self.cause.store(from.cause, Ordering::Relaxed);
        self.depth.store(from.depth, Ordering::Relaxed);
        self.hops.store(from.hops, Ordering::Relaxed);
        self.deadline_ns.store(from.deadline_ns, Ordering::Relaxed);
    }

    /// Everything that keeps others out: usually the message in work, and the next one while a bias is taken away.
    pub(crate) fn occupants(&self) -> impl Iterator<Item = u64> + use<P> {
        self.lock.occupants()
    }

    pub(crate) fn cause(&self) -> u64 {
        self.cause.load(Ordering::Relaxed)
    }

    /// What messages start with that are sent for message `id`, which is in work here.
    pub(crate) fn inheritance(&self, id: u64) -> Inheritance {
        Inheritance {
            cause: id,
            depth: self.depth.load(Ordering::Relaxed),
            hops: self.hops.load(Ordering::Relaxed),
            deadline_ns: self.deadline_ns.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn cancel(&self, id: u64) {
        self.cancelled.store(id, Ordering::Relaxed);
    }

    /// Whether the answer to `id`, which is in work here, is no longer wanted.
    pub(crate) fn is_cancelled(&self, id: u64) -> bool {
        self.cancelled.load(Ordering::Relaxed) == id || self.has_expired()
    }

    /// Whether the deadline of the message in work here has passed.
    pub(crate) fn has_expired(&self) -> bool {
        let deadline = from_deadline_ns(self.deadline_ns.load(Ordering::Relaxed));
        deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}

/// The slots of one instance.
pub(crate) struct Turns<P: Primitives = System> {
    /// The only one of an instance that is not concurrent; here, so that a call finds it at once.
    first: Slot<P>,
    others: Box<[Slot<P>]>,
    may_bias: bool,
    sleep: P::Sleep,
}

/// A slot that is biased towards this thread. Its inheritance is the one of a message that nothing led to.
pub(crate) struct Biased<'a, P: Primitives = System> {
    pub(crate) slot: &'a Slot<P>,
    pub(crate) me: ThreadToken,
}

impl<'a, P: Primitives> Biased<'a, P> {
    #[inline]
    fn new(slot: &'a Slot<P>, me: ThreadToken) -> Option<Self> {
        slot.lock.is_biased(me).then_some(Biased { slot, me })
    }
}

/// What a waiter finds each time that it looks.
pub(crate) enum Waiting<F> {
    GoOn,
    GiveUp(F),
}

impl Turns {
    /// `is_traced` keeps the slots from being biased: every message goes the long way then.
    pub(crate) fn new(is_concurrent: bool, is_traced: bool) -> Self {
        Turns::with_slots(if is_concurrent { CONCURRENT_SLOTS } else { 1 }, !is_traced)
    }
}

impl<P: Primitives> Turns<P> {
    fn with_slots(count: usize, may_bias: bool) -> Self {
        Turns {
            may_bias: may_bias && P::has_fences(),
            first: Slot::default(),
            others: std::iter::repeat_with(Slot::default).take(count - 1).collect(),
            sleep: P::Sleep::default(),
        }
    }

    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot<P>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub(crate) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// The slot in which `id` is in work.
    pub(crate) fn find(&self, id: u64) -> Option<&Slot<P>> {
        self.slots().find(|slot| slot.occupants().any(|occupant| occupant == id))
    }

    /// Lets the first slot, which the caller holds as [`LIFECYCLE`], show message `id`; for a message that runs alone.
    pub(crate) fn rename(&self, id: u64) -> &Slot<P> {
        self.first.lock.rename(id);
        &self.first
    }

    /// Takes a free slot without waiting.
    pub(crate) fn try_take(&self, id: u64) -> Option<&Slot<P>> {
        let me = P::this_thread();
        let choice = self.first_choice(me);
        let mut slots = self.slots().skip(choice).chain(self.slots().take(choice));
        slots.find(|slot| self.try_take_slot(slot, id, me))
    }

    /// The lifecycle never takes a slot by its bias: `rename` and `give_back` would not agree on where it stands.
    fn try_take_slot(&self, slot: &Slot<P>, id: u64, me: ThreadToken) -> bool {
        let by_bias = id != LIFECYCLE && slot.lock.is_biased(me);
        (by_bias && slot.lock.try_take_biased(id, me, &self.sleep))
            || slot.lock.try_take_shared(id, &self.sleep)
    }

    /// The first slot, if it is biased towards this thread.
    #[inline]
    pub(crate) fn first_biased(&self, me: ThreadToken) -> Option<Biased<'_, P>> {
        Biased::new(&self.first, me)
    }

    /// The slot of a concurrent instance at which this thread begins, if it is biased towards it.
    pub(crate) fn own_biased(&self, me: ThreadToken) -> Option<Biased<'_, P>> {
        let choice = self.first_choice(me).checked_sub(1)?;
        Biased::new(self.others.get(choice)?, me)
    }

    /// Takes a slot by its bias, if it is free.
    #[inline]
    pub(crate) fn take_biased(&self, biased: &Biased<'_, P>, id: u64) -> bool {
        biased.slot.lock.try_take_biased(id, biased.me, &self.sleep)
    }

    /// Gives back what `take_biased` took.
    #[inline]
    pub(crate) fn give_back_biased(&self, biased: &Biased<'_, P>) {
        biased.slot.lock.give_back_biased(biased.me, &self.sleep);
    }

    /// Threads begin at different slots, so that each keeps finding its own.
    fn first_choice(&self, thread: ThreadToken) -> usize {
        thread.ordinal() as usize % self.count()
    }

    /// Waits for a free slot; `look` says each time whether to go on. The deadline is `None` for ever.
    pub(crate) fn take<F>(
        &self,
        id: u64,
        deadline: Option<Instant>,
        mut look: impl FnMut() -> Waiting<F>,
        late: impl FnOnce() -> F,
    ) -> Result<&Slot<P>, F> {
        loop {
            if let Waiting::GiveUp(fault) = look() {
                return Err(fault);
            }
            if let Some(slot) = self.try_take(id) {
                return Ok(slot);
            }
            let guard = self.sleep.lock();
            if matches!(look(), Waiting::GoOn) && self.announce_waiter() {
                if !self.wait(guard, deadline) {
                    return Err(late());
                }
            } else {
                P::pause();
            }
        }
    }

    /// Makes sure that whoever gives a slot back wakes the waiters; false where one may be free already.
    fn announce_waiter(&self) -> bool {
        self.slots().all(|slot| slot.lock.announce_waiter())
    }

    /// Sleeps until somebody wakes the waiters; false where the deadline has passed.
    fn wait(&self, guard: <P::Sleep as Sleep>::Guard<'_>, deadline: Option<Instant>) -> bool {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return false;
        }
        self.sleep.sleep(guard, left);
        true
    }

    /// Gives back the slot in which the caller has message `id` in work.
    pub(crate) fn give_back(&self, slot: &Slot<P>, id: u64) {
        // The biased way neither sets nor resets it.
        slot.inherit(Inheritance::default());
        slot.lock.give_back(id, self.may_bias, &self.sleep);
    }

    /// Lets every waiter look again.
    #[cold]
    pub(crate) fn wake(&self) {
        self.sleep.wake_all();
    }
}

#[cfg(test)]
mod tests;
