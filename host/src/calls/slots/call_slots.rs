//! The call slots of one instance: taking one, waiting for one, giving it back.
//!
//! An instance has one slot, a concurrent one has [`CONCURRENT_SLOTS`]. A message is handled in a slot that its thread
//! took. Any thread takes a free slot with one compare-and-swap. A thread that keeps coming back gets the slot *biased*
//! towards it and then takes it with plain loads and stores, since two locked instructions cost twice what all the rest of
//! a call costs (10 ns beside 5). Whoever wants a slot that is biased towards another thread revokes the bias first, with a
//! barrier that interrupts every thread of the process: expensive, but only needed when a slot changes threads.

use std::task::Waker;
use std::time::Instant;

use super::primitives::{Primitives, System, Waiters};
use super::slot::{Inheritance, Slot};
use crate::border::message_id::MessageId;
use crate::platform::thread::ThreadToken;

/// Messages that a concurrent instance handles at once; a further caller waits for a slot.
const CONCURRENT_SLOTS: usize = 64;

/// The slots of one instance.
pub(crate) struct CallSlots<P: Primitives = System> {
    /// The only one of an instance that is not concurrent; inline, so that a call finds it at once.
    pub(super) first: Slot<P>,
    others: Box<[Slot<P>]>,
    may_bias: bool,
    pub(super) waiters: P::Waiters,
}

/// A slot that is biased towards this thread. Its inheritance is that of a message that nothing led to.
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

/// What a caller without a thread gets.
pub(crate) enum Admission<'a, P: Primitives = System> {
    Taken(&'a Slot<P>),
    /// Its waker is kept.
    Kept,
    /// The instance has changed: look at it anew.
    Unwanted,
}

/// A waiting thread, counted from its first sleep until it leaves.
struct CountedThread<'a, W: Waiters> {
    waiters: &'a W,
    is_counted: bool,
}

impl<W: Waiters> CountedThread<'_, W> {
    fn count(&mut self, guard: &mut W::Guard<'_>) {
        if !self.is_counted {
            self.is_counted = true;
            self.waiters.enter(guard);
        }
    }
}

impl<W: Waiters> Drop for CountedThread<'_, W> {
    fn drop(&mut self) {
        if self.is_counted {
            self.waiters.leave();
        }
    }
}

impl CallSlots {
    /// `is_traced` keeps the slots from being biased: every message takes the full path then.
    pub(crate) fn new(is_concurrent: bool, is_traced: bool) -> Self {
        CallSlots::with_slots(if is_concurrent { CONCURRENT_SLOTS } else { 1 }, !is_traced)
    }
}

impl CallSlots {
    /// How many threads wait for a slot, or for the instance to come back.
    pub(crate) fn waiting_threads(&self) -> usize {
        self.waiters.threads()
    }

    /// How many messages are in progress.
    pub(crate) fn in_progress(&self) -> usize {
        self.iter().filter(|slot| slot.occupants().any(MessageId::is_of_message)).count()
    }
}

impl<P: Primitives> CallSlots<P> {
    pub(super) fn with_slots(count: usize, may_bias: bool) -> Self {
        CallSlots {
            may_bias: may_bias && P::has_fences(),
            first: Slot::default(),
            others: std::iter::repeat_with(Slot::default).take(count - 1).collect(),
            waiters: P::Waiters::default(),
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = &Slot<P>> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub(crate) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// The slot in which `id` is in progress.
    pub(crate) fn find(&self, id: MessageId) -> Option<&Slot<P>> {
        self.iter().find(|slot| slot.occupants().any(|occupant| occupant == id))
    }

    /// Lets the first slot, which the caller holds as [`LIFECYCLE`], show message `id`; for a message that runs alone.
    pub(crate) fn rename(&self, id: MessageId) -> &Slot<P> {
        self.first.lock.rename(id);
        &self.first
    }

    /// Takes a free slot without waiting.
    pub(crate) fn try_take(&self, id: MessageId) -> Option<&Slot<P>> {
        let me = P::this_thread();
        let choice = self.first_choice(me);
        let mut slots = self.iter().skip(choice).chain(self.iter().take(choice));
        slots.find(|slot| self.try_take_slot(slot, id, me))
    }

    /// Only a message takes a slot by its bias. With the lifecycle `rename` and `give_back` would disagree on which field
    /// holds its id; and whoever holds a turn is idle between its messages, so that its bias would let it take the slot twice.
    fn try_take_slot(&self, slot: &Slot<P>, id: MessageId, me: ThreadToken) -> bool {
        let by_bias = id.is_of_message() && slot.lock.is_biased(me);
        (by_bias && slot.lock.try_take_biased(id, me, &self.waiters))
            || slot.lock.try_take_shared(id, me, &self.waiters)
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
    pub(crate) fn take_biased(&self, biased: &Biased<'_, P>, id: MessageId) -> bool {
        biased.slot.lock.try_take_biased(id, biased.me, &self.waiters)
    }

    /// Gives back what `take_biased` took.
    #[inline]
    pub(crate) fn give_back_biased(&self, biased: &Biased<'_, P>) {
        biased.slot.lock.give_back_biased(biased.me, &self.waiters);
    }

    /// Threads begin at different slots, so that each keeps finding its own.
    fn first_choice(&self, thread: ThreadToken) -> usize {
        thread.ordinal() as usize % self.count()
    }

    /// Waits for a free slot; `look` says each time whether to go on. Without a deadline it waits forever.
    pub(crate) fn take<F>(
        &self,
        id: MessageId,
        deadline: Option<Instant>,
        mut look: impl FnMut() -> Waiting<F>,
        late: impl FnOnce() -> F,
    ) -> Result<&Slot<P>, F> {
        let mut thread = CountedThread { waiters: &self.waiters, is_counted: false };
        loop {
            if let Waiting::GiveUp(fault) = look() {
                return Err(fault);
            }
            if let Some(slot) = self.try_take(id) {
                return Ok(slot);
            }
            let mut guard = self.waiters.lock();
            if matches!(look(), Waiting::GoOn) && self.announce_waiter() {
                thread.count(&mut guard);
                if !self.wait(guard, deadline) {
                    return Err(late());
                }
            } else {
                drop(guard);
                P::pause();
            }
        }
    }

    /// Waits, without a slot, until `look` says to give up or somebody wakes the waiters in vain until the deadline.
    pub(crate) fn wait_for_change<F>(
        &self,
        deadline: Option<Instant>,
        mut look: impl FnMut() -> Waiting<F>,
        late: impl FnOnce() -> F,
    ) -> F {
        loop {
            let guard = self.waiters.lock();
            if let Waiting::GiveUp(found) = look() {
                return found;
            }
            if !self.wait(guard, deadline) {
                return late();
            }
        }
    }

    /// Takes a free slot for a caller without a thread. If there is none, `waker` is kept, and woken when it is worth
    /// another look; but only while `is_wanted`, since nobody gives back the slots of an instance that has ended.
    pub(crate) fn take_or_keep(
        &self,
        id: MessageId,
        waker: &Waker,
        is_wanted: impl Fn() -> bool,
    ) -> Admission<'_, P> {
        loop {
            if let Some(slot) = self.try_take(id) {
                return Admission::Taken(slot);
            }
            let guard = self.waiters.lock();
            if !is_wanted() {
                return Admission::Unwanted;
            }
            if self.announce_waiter() {
                self.waiters.keep(guard, waker.clone());
                return Admission::Kept;
            }
            drop(guard);
            P::pause();
        }
    }

    /// Keeps a waker until somebody wakes the waiters, if `is_wanted`; for a change that is no matter of slots.
    pub(crate) fn keep_if(&self, waker: &Waker, is_wanted: impl FnOnce() -> bool) -> bool {
        let guard = self.waiters.lock();
        let wanted = is_wanted();
        if wanted {
            self.waiters.keep(guard, waker.clone());
        }
        wanted
    }

    /// If threads wait for a slot, keeps the waker until one of them has had its turn; so a queue that has just had one does
    /// not take the next before them.
    pub(crate) fn let_threads_go_first(&self, waker: &Waker) -> bool {
        let guard = self.waiters.lock();
        let has_threads = self.waiters.has_threads(&guard);
        if has_threads {
            self.waiters.keep(guard, waker.clone());
        }
        has_threads
    }

    /// Makes sure that whoever gives a slot back wakes the waiters; false if one may already be free.
    fn announce_waiter(&self) -> bool {
        self.iter().all(|slot| slot.lock.announce_waiter())
    }

    /// Sleeps until somebody wakes the waiters; false if the deadline has passed.
    fn wait(&self, guard: <P::Waiters as Waiters>::Guard<'_>, deadline: Option<Instant>) -> bool {
        let left = deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()));
        if left.is_some_and(|left| left.is_zero()) {
            return false;
        }
        self.waiters.sleep(guard, left);
        true
    }

    /// Gives back the slot in which the caller has message `id` in progress.
    pub(crate) fn give_back(&self, slot: &Slot<P>, id: MessageId) {
        // A call that took the slot by its bias neither sets nor resets the inheritance.
        slot.inherit(Inheritance::default());
        slot.lock.give_back(id, self.may_bias, &self.waiters);
    }

    /// Lets every waiter look again.
    #[cold]
    pub(crate) fn wake(&self) {
        self.waiters.wake_all();
    }
}
