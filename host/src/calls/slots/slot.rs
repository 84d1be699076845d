//! One call slot, and what the message in it passes on.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use std::time::Instant;

use super::deadline::from_deadline_ns;
use super::lock::BiasedLock;
use super::primitives::{Primitives, System};
use crate::border::message_id::MessageId;

/// The place of one message in progress. Padded, so that two threads on two slots do not share a cache line.
#[repr(align(128))]
pub(crate) struct Slot<P: Primitives = System> {
    pub(super) lock: BiasedLock<P>,
    /// The message in progress in the turn that holds the slot, or 0.
    in_turn: AtomicU64,
    cause: AtomicU64,
    /// The message here that is cancelled; ids are never reused, so it need not be reset.
    cancelled: AtomicU64,
    /// Nanoseconds as `deadline` counts them, or 0 if there is no deadline.
    deadline_ns: AtomicU64,
    depth: AtomicU32,
    hops: AtomicU32,
}

const _: () =
    assert!(size_of::<Slot>() == 128, "a slot is one cache line, with the one that is fetched beside it");

impl<P: Primitives> Default for Slot<P> {
    fn default() -> Self {
        Slot {
            lock: BiasedLock::default(),
            in_turn: AtomicU64::default(),
            cause: AtomicU64::default(),
            cancelled: AtomicU64::default(),
            deadline_ns: AtomicU64::default(),
            depth: AtomicU32::default(),
            hops: AtomicU32::default(),
        }
    }
}

/// What a message in progress passes on to the messages that are sent in its service.
#[derive(Clone, Copy, Default)]
pub(crate) struct Inheritance {
    pub(crate) cause: MessageId,
    /// Sends that led here.
    pub(crate) depth: u32,
    /// Events that led here, each published while the one before was handled.
    pub(crate) hops: u32,
    pub(crate) deadline_ns: u64,
}

impl<P: Primitives> Slot<P> {
    /// The message that the biased thread, which is this one, has in progress here.
    pub(crate) fn owned(&self) -> MessageId {
        self.lock.owned()
    }

    /// Lets the slot, which the lifecycle holds, show message `id`.
    pub(crate) fn show(&self, id: MessageId) {
        self.lock.rename(id);
    }

    pub(crate) fn inherit(&self, from: Inheritance) {
        self.cause.store(from.cause.0, Ordering::Relaxed);
        self.depth.store(from.depth, Ordering::Relaxed);
        self.hops.store(from.hops, Ordering::Relaxed);
        self.deadline_ns.store(from.deadline_ns, Ordering::Relaxed);
    }

    /// Everything that keeps others out: usually the message in progress, and the next one while a bias is revoked; or a turn,
    /// and behind it the turn's message in progress.
    pub(crate) fn occupants(&self) -> impl Iterator<Item = MessageId> + use<P> {
        let in_turn = MessageId(self.in_turn.load(Ordering::Acquire));
        self.lock.occupants().chain((in_turn != MessageId::NONE).then_some(in_turn))
    }

    /// Shows message `id` as in progress in the turn that holds the slot; [`MessageId::NONE`] when it is answered.
    #[inline]
    pub(crate) fn show_in_turn(&self, id: MessageId) {
        self.in_turn.store(id.0, Ordering::Release);
    }

    pub(crate) fn cause(&self) -> MessageId {
        MessageId(self.cause.load(Ordering::Relaxed))
    }

    /// What messages that are sent for message `id`, which is in progress here, start with.
    pub(crate) fn inheritance(&self, id: MessageId) -> Inheritance {
        Inheritance {
            cause: id,
            depth: self.depth.load(Ordering::Relaxed),
            hops: self.hops.load(Ordering::Relaxed),
            deadline_ns: self.deadline_ns.load(Ordering::Relaxed),
        }
    }

    pub(crate) fn cancel(&self, id: MessageId) {
        self.cancelled.store(id.0, Ordering::Relaxed);
    }

    /// Whether the answer to `id`, which is in progress here, is no longer wanted.
    pub(crate) fn is_cancelled(&self, id: MessageId) -> bool {
        self.cancelled.load(Ordering::Relaxed) == id.0 || self.has_expired()
    }

    /// Whether the deadline of the message in progress here has passed.
    pub(crate) fn has_expired(&self) -> bool {
        let deadline = from_deadline_ns(self.deadline_ns.load(Ordering::Relaxed));
        deadline.is_some_and(|deadline| Instant::now() >= deadline)
    }
}
