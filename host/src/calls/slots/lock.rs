//! The biased lock of one slot.
//!
//! It is held by its biased thread when `owned` is set while `bias` names the thread, and by another when `shared` is set
//! while `bias` and `owned` are not. `model.rs` proves, for up to three threads, that nobody else is in then, that every
//! waiter is woken, and that a holder sees what the one before it wrote.

use std::sync::atomic::Ordering;

use super::primitives::{Primitives, Sleep, System, Word};
use crate::platform::thread::ThreadToken;

/// Set in `shared` while somebody waits for the slot.
const WAITED_FOR: u64 = 1 << 63;
/// The number that an occupant without a message has: load, unload.
pub(crate) const LIFECYCLE: u64 = WAITED_FOR - 1;

/// Who has the slot.
pub(crate) struct BiasedLock<P: Primitives = System> {
    /// The thread that needs no locked instruction here, or 0.
    bias: P::Word,
    /// The message that the biased thread has in work, or 0.
    owned: P::Word,
    /// The message of whoever took the slot otherwise, or 0; WAITED_FOR beside it.
    shared: P::Word,
    /// The thread that took the slot last through `shared`; only who holds the slot writes it, and `in_a_row`.
    last_thread: P::Word,
    in_a_row: P::Word,
    /// The only thread that the slot is ever biased towards, once there was one; written like `last_thread`.
    only_owner: P::Word,
}

// By hand, since a derived one would ask for a default of the primitives.
impl<P: Primitives> Default for BiasedLock<P> {
    fn default() -> Self {
        BiasedLock {
            bias: P::Word::default(),
            owned: P::Word::default(),
            shared: P::Word::default(),
            last_thread: P::Word::default(),
            in_a_row: P::Word::default(),
            only_owner: P::Word::default(),
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
    pub(super) fn try_take_biased(&self, id: u64, me: ThreadToken, sleep: &P::Sleep) -> bool {
        self.owned.store(id, Ordering::Relaxed);
        // Who takes the bias away runs the heavy fence: either it sees `owned`, or this thread sees its change.
        P::light_fence();
        let taken = self.is_biased(me);
        if !taken {
            self.owned.store(0, Ordering::Release);
            sleep.wake_all();
        }
        taken
    }

    pub(super) fn try_take_shared(&self, id: u64, sleep: &P::Sleep) -> bool {
        if !self.shared.replace_zero(id) {
            return false;
        }
        if self.bias.load(Ordering::SeqCst) != 0 {
            self.bias.store(0, Ordering::SeqCst);
            P::heavy_fence();
        }
        if self.owned.load(Ordering::Acquire) == 0 {
            return true;
        }
        // The thread that was biased is still at work; it wakes the waiters when it ends.
        self.give_back_shared(sleep);
        false
    }

    /// Gives back what this thread took for message `id`, either way. `may_bias` says whether the slot may be biased
    /// towards the thread then.
    pub(super) fn give_back(&self, id: u64, may_bias: bool, sleep: &P::Sleep) {
        if self.owned() == id {
            return self.give_back_biased(P::this_thread(), sleep);
        }
        if may_bias {
            self.consider_bias();
        }
        self.give_back_shared(sleep);
    }

    /// What `give_back` does for the thread `me` that took the slot by its bias.
    #[inline]
    pub(super) fn give_back_biased(&self, me: ThreadToken, sleep: &P::Sleep) {
        self.owned.store(0, Ordering::Release);
        // As in `try_take_biased`.
        P::light_fence();
        if !self.is_biased(me) {
            sleep.wake_all();
        }
    }

    fn give_back_shared(&self, sleep: &P::Sleep) {
        if self.shared.swap(0, Ordering::SeqCst) & WAITED_FOR != 0 {
            sleep.wake_all();
        }
    }

    /// Makes sure that whoever gives the slot back wakes the waiters; false where it may be free already. The caller holds
    /// the guard of the sleep.
    pub(super) fn announce_waiter(&self) -> bool {
        if self.owned.load(Ordering::Acquire) == 0 {
            return self.shared.set_unless_zero(WAITED_FOR);
        }
        // A thread that lost its bias wakes the waiters; one that still has it would not.
        let lost_its_bias = self.bias.load(Ordering::SeqCst) == 0;
        // It may have ended in between, and the one who took its bias may have the slot: that one needs the mark. Where
        // nobody has it so, the biased thread must be seen at work after its bias was seen gone.
        lost_its_bias && (self.shared.set_unless_zero(WAITED_FOR) || self.owned.load(Ordering::Acquire) != 0)
    }

    /// Lets the slot, which the lifecycle holds through `shared`, show message `id`.
    pub(super) fn rename(&self, id: u64) {
        debug_assert_ne!(self.owned(), LIFECYCLE, "a slot that is renamed is not held by its bias");
        self.shared.swap(id | WAITED_FOR, Ordering::AcqRel);
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

    /// A slot is biased towards one thread in its life. Another one that was biased before may have been stopped between
    /// its look at `bias` and its store to `owned`; it would then write over what the thread that is biased now has there.
    fn may_be_biased(&self, me: ThreadToken) -> bool {
        let owner = self.only_owner.load(Ordering::Relaxed);
        owner == 0 || owner == me.to_bits()
    }

    /// The message that the biased thread has in work here, as that thread sees it.
    pub(super) fn owned(&self) -> u64 {
        self.owned.load(Ordering::Relaxed)
    }

    /// Everything that keeps others out: usually the message in work, and the next one while a bias is taken away.
    pub(super) fn occupants(&self) -> impl Iterator<Item = u64> + use<P> {
        let shared = self.shared.load(Ordering::Acquire) & !WAITED_FOR;
        [self.owned.load(Ordering::Acquire), shared].into_iter().filter(|id| *id != 0)
    }

    #[cfg(all(test, not(rp_sanitized)))]
    pub(super) fn has_no_bias(&self) -> bool {
        self.bias.load(Ordering::Relaxed) == 0
    }

    #[cfg(all(test, not(rp_sanitized)))]
    pub(super) fn is_owned(&self) -> bool {
        self.owned.load(Ordering::Acquire) != 0
    }

    /// As after many turns of the thread `me`.
    #[cfg(test)]
    pub(super) fn bias_towards(&self, me: ThreadToken) {
        self.owned.store(0, Ordering::SeqCst);
        self.shared.store(0, Ordering::SeqCst);
        self.only_owner.store(me.to_bits(), Ordering::Relaxed);
        self.bias.store(me.to_bits(), Ordering::SeqCst);
    }
}
