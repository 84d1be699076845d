//! Turns: how many messages an instance answers at once (rule 5).
//!
//! An instance has one slot, a concurrent one has [`CONCURRENT_SLOTS`]. A message is in work in a slot that its thread
//! took. Any thread takes a free slot with one compare-and-swap. A thread that keeps coming back gets the slot *biased*
//! towards it and then takes it with plain loads and stores, since two locked instructions cost more than all the rest of
//! a call. Who wants a slot that is biased towards another thread takes the bias away first, with a barrier that
//! interrupts every thread of the process: dear, but only where threads change over.
//!
//! A slot is taken by its biased thread when `owned` is set while `bias` names the thread, and by another when `shared` is
//! set while `bias` and `owned` are not.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering, compiler_fence};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::{os, thread};

/// Messages that a concurrent instance answers at once; a further caller waits for its turn.
pub(crate) const CONCURRENT_SLOTS: usize = 64;

/// Set in `shared` while somebody waits for the slot.
const WAITED_FOR: u64 = 1 << 63;
/// The number that an occupant without a message has: load, unload.
pub(crate) const LIFECYCLE: u64 = WAITED_FOR - 1;
/// Turns in a row after which a slot is biased towards their thread: enough to pay for taking the bias away.
const BIAS_AFTER: u32 = 256;

/// The place of one message in work. Padded, so that two threads on two slots do not share a cache line.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Slot {
    /// The thread that needs no locked instruction here, or 0.
    bias: AtomicU64,
    /// The message that the biased thread has in work, or 0.
    owned: AtomicU64,
    /// The message of whoever took the slot otherwise, or 0; WAITED_FOR beside it.
    shared: AtomicU64,
    cause: AtomicU64,
    /// The number of the message here that is cancelled; numbers never come twice, so it need not be reset.
    cancelled: AtomicU64,
    /// Nanoseconds since `clock_start`, or 0 where there is no deadline.
    deadline_ns: AtomicU64,
    /// The thread that took the slot last through `shared`; only who holds the slot writes it, and `in_a_row`.
    last_thread: AtomicU64,
    in_a_row: AtomicU32,
    /// The only thread that the slot is ever biased towards, once there was one; written like `last_thread`.
    favourite: AtomicU64,
    depth: AtomicU32,
    hops: AtomicU32,
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

impl Slot {
    #[inline]
    fn is_biased(&self, me: u64) -> bool {
        self.bias.load(Ordering::Relaxed) == me
    }

    /// Takes the slot, which was found biased towards this thread.
    #[inline]
    fn try_take_biased(&self, id: u64, me: u64, waiters: &Turns) -> bool {
        self.owned.store(id, Ordering::Relaxed);
        // Who takes the bias away runs a barrier on this thread too: either it sees `owned`, or this thread sees its
        // change. The processor needs no more, and the fence keeps the compiler from swapping the two.
        compiler_fence(Ordering::SeqCst);
        let taken = self.is_biased(me);
        if !taken {
            self.owned.store(0, Ordering::Release);
            waiters.wake();
        }
        taken
    }

    fn try_take_shared(&self, id: u64, waiters: &Turns) -> bool {
        if self.shared.compare_exchange(0, id, Ordering::SeqCst, Ordering::Relaxed).is_err() {
            return false;
        }
        if self.bias.load(Ordering::SeqCst) != 0 {
            self.bias.store(0, Ordering::SeqCst);
            os::barrier_on_every_thread();
        }
        if self.owned.load(Ordering::Acquire) == 0 {
            return true;
        }
        // The thread that was biased is still at work; it wakes the waiters when it ends.
        self.give_back_shared(waiters);
        false
    }

    fn give_back(&self, id: u64, waiters: &Turns) {
        // The biased way neither sets nor resets it.
        self.inherit(Inheritance::default());
        if self.owned.load(Ordering::Relaxed) != id {
            return self.give_back_to_all(waiters);
        }
        let me = self.bias.load(Ordering::Relaxed);
        self.owned.store(0, Ordering::Release);
        // As in `try_take`.
        compiler_fence(Ordering::SeqCst);
        if me == 0 || self.bias.load(Ordering::Relaxed) != me {
            waiters.wake();
        }
    }

    /// What `give_back` does for the thread `me` that took the slot by its bias.
    #[inline]
    fn give_back_biased(&self, me: u64, waiters: &Turns) {
        self.owned.store(0, Ordering::Release);
        // As in `try_take`.
        compiler_fence(Ordering::SeqCst);
        if !self.is_biased(me) {
            waiters.wake();
        }
    }

    /// The message that the biased thread, which is this one, has in work here.
    pub(crate) fn owned(&self) -> u64 {
        self.owned.load(Ordering::Relaxed)
    }

    fn give_back_to_all(&self, waiters: &Turns) {
        if waiters.may_bias {
            self.consider_bias();
        }
        self.give_back_shared(waiters);
    }

    fn give_back_shared(&self, waiters: &Turns) {
        if self.shared.swap(0, Ordering::SeqCst) & WAITED_FOR != 0 {
            waiters.wake();
        }
    }

    /// Biases the slot, which this thread holds, towards it when it has come often enough.
    fn consider_bias(&self) {
        let me = thread::token();
        if self.last_thread.load(Ordering::Relaxed) != me {
            self.last_thread.store(me, Ordering::Relaxed);
            self.in_a_row.store(0, Ordering::Relaxed);
        }
        let in_a_row = self.in_a_row.load(Ordering::Relaxed) + 1;
        self.in_a_row.store(in_a_row % BIAS_AFTER, Ordering::Relaxed);
        if in_a_row == BIAS_AFTER && self.may_favour(me) {
            self.favourite.store(me, Ordering::Relaxed);
            self.bias.store(me, Ordering::SeqCst);
        }
    }

    /// A slot is biased towards one thread in its life. Another one that was biased before may have been stopped between
    /// its look at `bias` and its store to `owned`; it would then write over what the thread that is biased now has there.
    fn may_favour(&self, me: u64) -> bool {
        let favourite = self.favourite.load(Ordering::Relaxed);
        favourite == 0 || favourite == me
    }

    pub(crate) fn inherit(&self, from: Inheritance) {
        self.cause.store(from.cause, Ordering::Relaxed);
        self.depth.store(from.depth, Ordering::Relaxed);
        self.hops.store(from.hops, Ordering::Relaxed);
        self.deadline_ns.store(from.deadline_ns, Ordering::Relaxed);
    }

    /// Everything that keeps others out: usually the message in work, and the next one while a bias is taken away.
    pub(crate) fn occupants(&self) -> impl Iterator<Item = u64> {
        let shared = self.shared.load(Ordering::Acquire) & !WAITED_FOR;
        [self.owned.load(Ordering::Acquire), shared].into_iter().filter(|id| *id != 0)
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
pub(crate) struct Turns {
    /// The only one of an instance that is not concurrent; here, so that a call finds it at once.
    first: Slot,
    others: Box<[Slot]>,
    may_bias: bool,
    waiting: Mutex<()>,
    freed: Condvar,
}

/// A slot that is biased towards this thread. Its inheritance is the one of a message that nothing led to.
pub(crate) struct Biased<'a> {
    pub(crate) slot: &'a Slot,
    pub(crate) me: u64,
}

impl<'a> Biased<'a> {
    #[inline]
    fn new(slot: &'a Slot, me: u64) -> Option<Self> {
        slot.is_biased(me).then_some(Biased { slot, me })
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
        let count = if is_concurrent { CONCURRENT_SLOTS } else { 1 };
        Turns {
            may_bias: !is_traced && os::has_barrier_on_every_thread(),
            first: Slot::default(),
            others: std::iter::repeat_with(Slot::default).take(count - 1).collect(),
            waiting: Mutex::new(()),
            freed: Condvar::new(),
        }
    }

    pub(crate) fn slots(&self) -> impl Iterator<Item = &Slot> {
        std::iter::once(&self.first).chain(&self.others)
    }

    pub(crate) fn count(&self) -> usize {
        1 + self.others.len()
    }

    /// The slot in which `id` is in work.
    pub(crate) fn find(&self, id: u64) -> Option<&Slot> {
        self.slots().find(|slot| slot.occupants().any(|occupant| occupant == id))
    }

    /// Lets the first slot, which the caller holds, show message `id`; for a message that runs alone.
    pub(crate) fn rename(&self, id: u64) -> &Slot {
        let slot = &self.first;
        slot.shared.store(id | WAITED_FOR, Ordering::Release);
        slot
    }

    /// Takes a free slot without waiting.
    pub(crate) fn try_take(&self, id: u64) -> Option<&Slot> {
        let me = thread::token();
        let choice = self.first_choice(me);
        let mut slots = self.slots().skip(choice).chain(self.slots().take(choice));
        slots.find(|slot| {
            (slot.is_biased(me) && slot.try_take_biased(id, me, self)) || slot.try_take_shared(id, self)
        })
    }

    /// The first slot, if it is biased towards this thread.
    #[inline]
    pub(crate) fn first_biased(&self, me: u64) -> Option<Biased<'_>> {
        Biased::new(&self.first, me)
    }

    /// The slot of a concurrent instance at which this thread begins, if it is biased towards it.
    pub(crate) fn own_biased(&self, me: u64) -> Option<Biased<'_>> {
        let choice = self.first_choice(me).checked_sub(1)?;
        Biased::new(self.others.get(choice)?, me)
    }

    /// Takes a slot by its bias, if it is free.
    #[inline]
    pub(crate) fn take_biased(&self, biased: &Biased<'_>, id: u64) -> bool {
        biased.slot.try_take_biased(id, biased.me, self)
    }

    /// Gives back what `take_biased` took.
    #[inline]
    pub(crate) fn give_back_biased(&self, biased: &Biased<'_>) {
        biased.slot.give_back_biased(biased.me, self);
    }

    /// Threads begin at different slots, so that each keeps finding its own.
    fn first_choice(&self, thread: u64) -> usize {
        thread::number_of(thread) as usize % self.count()
    }

    /// Waits for a free slot; `look` says each time whether to go on. The deadline is `None` for ever.
    pub(crate) fn take<F>(
        &self,
        id: u64,
        deadline: Option<Instant>,
        mut look: impl FnMut() -> Waiting<F>,
        late: impl FnOnce() -> F,
    ) -> Result<&Slot, F> {
        loop {
            if let Waiting::GiveUp(fault) = look() {
                return Err(fault);
            }
            if let Some(slot) = self.try_take(id) {
                return Ok(slot);
            }
            let guard = self.lock();
            if matches!(look(), Waiting::GoOn) && self.announce_waiter() && !self.wait(guard, deadline) {
                return Err(late());
            }
        }
    }

    /// Makes sure that whoever gives a slot back wakes the waiters; false where one may be free already.
    fn announce_waiter(&self) -> bool {
        let mark = |state: u64| (state != 0).then_some(state | WAITED_FOR);
        self.slots().all(|slot| {
            if slot.owned.load(Ordering::Acquire) != 0 {
                // A thread that lost its bias wakes the waiters; one that still has it would not.
                slot.bias.load(Ordering::SeqCst) == 0
            } else {
                slot.shared.fetch_update(Ordering::SeqCst, Ordering::Relaxed, mark).is_ok()
            }
        })
    }

    /// Sleeps until somebody wakes the waiters; false where the deadline has passed.
    fn wait(&self, guard: MutexGuard<'_, ()>, deadline: Option<Instant>) -> bool {
        let Some(deadline) = deadline else {
            drop(self.freed.wait(guard));
            return true;
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return false;
        }
        drop(self.freed.wait_timeout(guard, left));
        true
    }

    /// Gives back the slot in which the caller has message `id` in work.
    pub(crate) fn give_back(&self, slot: &Slot, id: u64) {
        slot.give_back(id, self);
    }

    /// Lets every waiter look again.
    #[cold]
    pub(crate) fn wake(&self) {
        // Taken and dropped: a waiter holds the lock from its look to its sleep, so none misses the call.
        drop(self.lock());
        self.freed.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, ()> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn clock_start() -> Instant {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    *START.get_or_init(Instant::now)
}

/// A deadline as a slot keeps it; never 0.
pub(crate) fn to_deadline_ns(deadline: Instant) -> u64 {
    let since = deadline.saturating_duration_since(clock_start());
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX).max(1)
}

/// A slot's deadline as an instant.
pub(crate) fn from_deadline_ns(deadline_ns: u64) -> Option<Instant> {
    if deadline_ns == 0 { None } else { clock_start().checked_add(Duration::from_nanos(deadline_ns)) }
}

/// The earlier of two deadlines, where 0 is none.
pub(crate) fn earlier(one: u64, other: u64) -> u64 {
    match (one, other) {
        (0, deadline) | (deadline, 0) => deadline,
        (one, other) => one.min(other),
    }
}

#[cfg(test)]
mod tests;
