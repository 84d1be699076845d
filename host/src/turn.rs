//! Turns: how many messages an instance answers at once, and who waits for whom (rule 5).
//!
//! An instance has one slot, a concurrent one has [`CONCURRENT_SLOTS`]. Taking a free slot is one compare-and-swap and
//! giving it back one swap; only a caller that has to wait meets a lock.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Messages that a concurrent instance answers at once; a further caller waits for its turn.
pub(crate) const CONCURRENT_SLOTS: usize = 64;

/// Set in a slot's state while somebody waits for it.
const WAITED_FOR: u64 = 1 << 63;
/// The number that an occupant without a message has: load, unload.
pub(crate) const LIFECYCLE: u64 = WAITED_FOR - 1;

/// The place of one message in work. Padded, so that two threads on two slots do not share a cache line.
#[repr(align(128))]
#[derive(Default)]
pub(crate) struct Slot {
    /// 0 when free, else the message's number, with WAITED_FOR beside it.
    state: AtomicU64,
    cause: AtomicU64,
    /// The number of the message here that is cancelled; numbers never come twice, so it need not be reset.
    cancelled: AtomicU64,
    /// Nanoseconds since `clock_start`, or 0 where there is no deadline.
    deadline_ns: AtomicU64,
    depth: AtomicU32,
}

/// What a message in work passes on to the messages that are sent in its service.
#[derive(Clone, Copy, Default)]
pub(crate) struct Inheritance {
    pub(crate) cause: u64,
    pub(crate) depth: u32,
    pub(crate) deadline_ns: u64,
}

impl Slot {
    #[inline]
    fn try_take(&self, id: u64) -> bool {
        self.state.compare_exchange(0, id, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    #[inline]
    pub(crate) fn inherit(&self, from: Inheritance) {
        self.cause.store(from.cause, Ordering::Relaxed);
        self.depth.store(from.depth, Ordering::Relaxed);
        self.deadline_ns.store(from.deadline_ns, Ordering::Relaxed);
    }

    /// The message in work here.
    pub(crate) fn occupant(&self) -> Option<u64> {
        match self.state.load(Ordering::Acquire) & !WAITED_FOR {
            0 => None,
            id => Some(id),
        }
    }

    pub(crate) fn cause(&self) -> u64 {
        self.cause.load(Ordering::Relaxed)
    }

    /// What messages that are sent for the one here start with.
    pub(crate) fn inheritance(&self) -> Inheritance {
        Inheritance {
            cause: self.state.load(Ordering::Acquire) & !WAITED_FOR,
            depth: self.depth.load(Ordering::Relaxed),
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
    slots: Box<[Slot]>,
    waiting: Mutex<()>,
    freed: Condvar,
}

/// What a waiter finds each time that it looks.
pub(crate) enum Waiting<F> {
    GoOn,
    GiveUp(F),
}

impl Turns {
    pub(crate) fn new(concurrent: bool) -> Self {
        let count = if concurrent { CONCURRENT_SLOTS } else { 1 };
        Turns {
            slots: std::iter::repeat_with(Slot::default).take(count).collect(),
            waiting: Mutex::new(()),
            freed: Condvar::new(),
        }
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The slot in which `id` is in work.
    pub(crate) fn find(&self, id: u64) -> Option<&Slot> {
        self.slots.iter().find(|slot| slot.occupant() == Some(id))
    }

    /// Lets the first slot, which the caller holds, show message `id`; for a message that runs alone.
    pub(crate) fn rename(&self, id: u64) -> &Slot {
        let slot = &self.slots[0];
        slot.state.store(id | WAITED_FOR, Ordering::Release);
        slot
    }

    /// Takes a free slot without waiting.
    #[inline]
    pub(crate) fn try_take(&self, id: u64) -> Option<&Slot> {
        // Numbers come in blocks per thread, so threads begin at different slots.
        let start = if self.slots.len() == 1 { 0 } else { (id >> 10) as usize % self.slots.len() };
        let (before, from) = self.slots.split_at(start);
        from.iter().chain(before).find(|slot| slot.try_take(id))
    }

    /// Waits for a free slot; `look` says each time whether to go on. The deadline is `None` for ever.
    pub(crate) fn take<F>(
        &self,
        id: u64,
        deadline: Option<Instant>,
        mut look: impl FnMut() -> Waiting<F>,
        late: impl FnOnce() -> F,
    ) -> Result<&Slot, F> {
        let mut guard = self.lock();
        loop {
            if let Waiting::GiveUp(fault) = look() {
                return Err(fault);
            }
            if let Some(slot) = self.try_take(id) {
                return Ok(slot);
            }
            if !self.announce_waiter() {
                continue;
            }
            guard = match self.wait(guard, deadline) {
                Some(guard) => guard,
                None => return Err(late()),
            };
        }
    }

    /// Marks every slot as waited for; false where one became free meanwhile.
    fn announce_waiter(&self) -> bool {
        let mark = |state: u64| (state != 0).then_some(state | WAITED_FOR);
        self.slots
            .iter()
            .all(|slot| slot.state.fetch_update(Ordering::AcqRel, Ordering::Acquire, mark).is_ok())
    }

    fn wait<'a>(&self, guard: MutexGuard<'a, ()>, deadline: Option<Instant>) -> Option<MutexGuard<'a, ()>> {
        let Some(deadline) = deadline else {
            return Some(self.freed.wait(guard).unwrap_or_else(PoisonError::into_inner));
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        Some(self.freed.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Gives a slot back.
    #[inline]
    pub(crate) fn give_back(&self, slot: &Slot) {
        if slot.state.swap(0, Ordering::AcqRel) & WAITED_FOR != 0 {
            self.wake();
        }
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
