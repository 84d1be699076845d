//! The biased lock of one slot.
//!
//! It is held by its biased thread when `owned` is set while `bias` names the thread, and by another when `shared` is set
//! while `bias` and `owned` are not. `model.rs` proves, for up to three threads, that no other thread is inside then,
//! that every waiter is woken, and that a holder sees what the one before it wrote.

use std::sync::atomic::Ordering;

use super::primitives::{Primitives, System, Waiters, Word};
use crate::border::message_id::MessageId;
use crate::platform::thread::ThreadToken;

/// Set in `shared` while somebody waits for the slot.
const WAITED_FOR: u64 = 1 << 63;
/// The id of an occupant that has no message: a load or an unload.
pub(crate) const LIFECYCLE: MessageId = MessageId(WAITED_FOR - 1);

/// The lock of a slot.
pub(crate) struct BiasedLock<P: Primitives = System> {
    /// The thread that needs no locked instruction here, or 0.
    bias: P::Word,
    /// The message that the biased thread has in progress, or 0.
    owned: P::Word,
    /// The message of a holder without the bias, or 0; WAITED_FOR beside it.
    shared: P::Word,
    /// The thread that took the slot last through `shared`; only the holder writes it, and `in_a_row`.
    last_thread: P::Word,
    in_a_row: P::Word,
    /// The only thread that the slot is ever biased towards, once it has been biased; written like `last_thread`.
    only_owner: P::Word,
    /// The thread that gave up its own bias to hold the slot through `shared`, or 0; written like `last_thread`.
    lent: P::Word,
}

// Written by hand, since the derived one would require `P: Default`.
impl<P: Primitives> Default for BiasedLock<P> {
    fn default() -> Self {
        BiasedLock {
            bias: P::Word::default(),
            owned: P::Word::default(),
            shared: P::Word::default(),
            last_thread: P::Word::default(),
            in_a_row: P::Word::default(),
            only_owner: P::Word::default(),
            lent: P::Word::default(),
        }
    }
}

impl<P: Primitives> BiasedLock<P> {
    #[inline]
    pub(super) fn is_biased(&self, me: ThreadToken) -> bool {
        self.bias.load(Ordering::Relaxed) == me.to_bits()
    }

    /// Takes the slot, which was found biased towards this thread.
    #[inline]
    pub(super) fn try_take_biased(&self, id: MessageId, me: ThreadToken, waiters: &P::Waiters) -> bool {
        self.owned.store(id.0, Ordering::Relaxed);
        // Whoever revokes the bias runs the heavy fence: either it sees `owned`, or this thread sees its change.
        P::light_fence();
        let taken = self.is_biased(me);
        if !taken {
            self.owned.store(0, Ordering::Release);
            waiters.wake_all();
        }
        taken
    }

    /// Takes the slot whoever it is biased towards; `me` is this thread.
    pub(super) fn try_take_shared(&self, id: MessageId, me: ThreadToken, waiters: &P::Waiters) -> bool {
        if !self.shared.replace_zero(id.0) {
            return false;
        }
        let biased = self.bias.load(Ordering::SeqCst);
        let is_own = biased == me.to_bits();
        if biased != 0 {
            self.bias.store(0, Ordering::SeqCst);
            // A thread that gives up its own bias is at none of the steps of `try_take_biased`.
            if !is_own {
                P::heavy_fence();
            }
        }
        self.lent.store(if is_own { biased } else { 0 }, Ordering::Relaxed);
        if self.owned.load(Ordering::Acquire) == 0 {
            return true;
        }
        // The biased thread still holds the slot; it wakes the waiters when it gives it back.
        self.give_back_shared(waiters);
        false
    }

    /// Gives back what this thread took for message `id`, either way. `may_bias` says whether the slot may be biased
    /// towards the thread then.
    pub(super) fn give_back(&self, id: MessageId, may_bias: bool, waiters: &P::Waiters) {
        if self.owned() == id {
            return self.give_back_biased(P::this_thread(), waiters);
        }
        if may_bias && !self.restore_bias() {
            self.consider_bias();
        }
        self.give_back_shared(waiters);
    }

    /// Biases the slot, which this thread holds through `shared`, towards it again if it gave the bias up for that and nobody
    /// waits.
    fn restore_bias(&self) -> bool {
        let me = P::this_thread().to_bits();
        let is_own = self.lent.load(Ordering::Relaxed) == me;
        if is_own && self.shared.load(Ordering::Relaxed) & WAITED_FOR == 0 {
            self.bias.store(me, Ordering::SeqCst);
        }
        is_own
    }

    /// What `give_back` does for the thread `me` that took the slot by its bias.
    #[inline]
    pub(super) fn give_back_biased(&self, me: ThreadToken, waiters: &P::Waiters) {
        self.owned.store(0, Ordering::Release);
        // As in `try_take_biased`.
        P::light_fence();
        if !self.is_biased(me) {
            waiters.wake_all();
        }
    }

    fn give_back_shared(&self, waiters: &P::Waiters) {
        if self.shared.swap(0, Ordering::SeqCst) & WAITED_FOR != 0 {
            waiters.wake_all();
        }
    }

    /// Makes sure that whoever gives the slot back wakes the waiters; false if the slot may already be free. The caller
    /// holds the guard of the waiters.
    pub(super) fn announce_waiter(&self) -> bool {
        if self.owned.load(Ordering::Acquire) == 0 {
            return self.shared.set_unless_zero(WAITED_FOR);
        }
        // A thread that lost its bias wakes the waiters; one that still has it would not.
        let lost_its_bias = self.bias.load(Ordering::SeqCst) == 0;
        // It may have given the slot back in between, and the thread that revoked its bias may hold the slot now: that one
        // needs the mark. If none holds it through `shared`, the biased thread must be seen in the slot after its bias was
        // seen gone.
        lost_its_bias && (self.shared.set_unless_zero(WAITED_FOR) || self.owned.load(Ordering::Acquire) != 0)
    }

    /// Lets the slot, which the lifecycle holds through `shared`, show message `id`.
    pub(super) fn rename(&self, id: MessageId) {
        debug_assert_ne!(self.owned(), LIFECYCLE, "a slot that is renamed is not held by its bias");
        self.shared.swap(id.0 | WAITED_FOR, Ordering::AcqRel);
    }

    /// Biases the slot, which this thread holds, towards it when it has come often enough.
    fn consider_bias(&self) {
        let me = P::this_thread();
        if self.last_thread.load(Ordering::Relaxed) != me.to_bits() {
            self.last_thread.store(me.to_bits(), Ordering::Relaxed);
            self.in_a_row.store(0, Ordering::Relaxed);
        }
        let in_a_row = self.in_a_row.load(Ordering::Relaxed) + 1;
        self.in_a_row.store(in_a_row % P::BIAS_AFTER, Ordering::Relaxed);
        if in_a_row == P::BIAS_AFTER && self.may_be_biased(me) {
            self.only_owner.store(me.to_bits(), Ordering::Relaxed);
            self.bias.store(me.to_bits(), Ordering::SeqCst);
        }
    }

    /// A slot is biased towards only one thread in its life. If it were biased towards a second, the first may have been
    /// suspended between its load of `bias` and its store to `owned`, and would then overwrite what the second has there.
    fn may_be_biased(&self, me: ThreadToken) -> bool {
        let owner = self.only_owner.load(Ordering::Relaxed);
        owner == 0 || owner == me.to_bits()
    }

    /// The message that the biased thread has in progress here, as that thread sees it.
    pub(super) fn owned(&self) -> MessageId {
        MessageId(self.owned.load(Ordering::Relaxed))
    }

    /// Everything that keeps others out: usually the message in progress, and the next one while a bias is revoked.
    pub(super) fn occupants(&self) -> impl Iterator<Item = MessageId> + use<P> {
        let shared = self.shared.load(Ordering::Acquire) & !WAITED_FOR;
        [self.owned.load(Ordering::Acquire), shared].into_iter().filter(|id| *id != 0).map(MessageId)
    }

    #[cfg(all(test, not(rp_sanitized)))]
    pub(super) fn has_no_bias(&self) -> bool {
        self.bias.load(Ordering::Relaxed) == 0
    }

    #[cfg(all(test, not(rp_sanitized)))]
    pub(super) fn is_owned(&self) -> bool {
        self.owned.load(Ordering::Acquire) != 0
    }

    /// Puts the lock into the state after many calls of the thread `me`.
    #[cfg(test)]
    pub(super) fn bias_towards(&self, me: ThreadToken) {
        self.owned.store(0, Ordering::SeqCst);
        self.shared.store(0, Ordering::SeqCst);
        self.only_owner.store(me.to_bits(), Ordering::Relaxed);
        self.bias.store(me.to_bits(), Ordering::SeqCst);
    }
}
