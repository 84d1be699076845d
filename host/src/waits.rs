//! Who waits for whom, so that nothing ever waits for itself (rule 5).
//!
//! Only callers that found no free slot come here. A waiter is entered and checked under one lock, so of two callers
//! that would wait for each other the second one sees the first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::instance::Inner;

/// Everybody in a host who waits for a turn.
#[derive(Default)]
pub(crate) struct Waits(Mutex<Vec<Arc<Waiter>>>);

/// One caller that waits for a turn at `target`.
pub(crate) struct Waiter {
    /// The messages in whose service it waits, its own included.
    pub(crate) chain: Vec<u64>,
    pub(crate) target: Arc<Inner>,
    /// The instance whose `send` waits; `None` for an embedder.
    pub(crate) sender: Option<u64>,
}

/// A place among the waiters; dropping it leaves.
pub(crate) struct Place<'a> {
    waits: &'a Waits,
    waiter: Arc<Waiter>,
}

/// What a waiter needs before it can go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Any slot of the target.
    OneSlot,
    /// All slots of the target: it is to be unloaded.
    AllSlots,
}

impl Waits {
    /// Enters a waiter; `None` where it would wait for itself, directly or through others.
    pub(crate) fn enter(&self, waiter: Waiter, needs: Needs) -> Option<Place<'_>> {
        let mut list = self.lock();
        if is_blocked_by(&waiter.chain, &waiter.target, needs, &list, &mut Vec::new()) {
            return None;
        }
        let waiter = Arc::new(waiter);
        list.push(Arc::clone(&waiter));
        Some(Place { waits: self, waiter })
    }

    /// Lets the waiters that `concerned` picks look again.
    pub(crate) fn wake(&self, concerned: impl Fn(&Waiter) -> bool) {
        let targets: Vec<_> = self
            .lock()
            .iter()
            .filter(|waiter| concerned(waiter))
            .map(|waiter| Arc::clone(&waiter.target))
            .collect();
        for target in targets {
            target.turns().wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Waiter>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waits.lock().retain(|waiter| !Arc::ptr_eq(waiter, &self.waiter));
    }
}

/// Whether a turn at `target` cannot come before the messages of `chain` are answered.
fn is_blocked_by(
    chain: &[u64],
    target: &Inner,
    needs: Needs,
    list: &[Arc<Waiter>],
    seen: &mut Vec<u64>,
) -> bool {
    if seen.contains(&target.number()) {
        return false;
    }
    seen.push(target.number());
    let mut waits_for_chain = |occupant: u64| {
        let of_occupant = |waiter: &&Arc<Waiter>| waiter.chain.contains(&occupant);
        chain.contains(&occupant)
            || list
                .iter()
                .filter(of_occupant)
                .any(|waiter| is_blocked_by(chain, &waiter.target, Needs::OneSlot, list, seen))
    };
    let mut blocked = target.turns().slots().iter().map(|slot| slot.occupants().any(&mut waits_for_chain));
    match needs {
        Needs::OneSlot => blocked.all(|blocked| blocked),
        Needs::AllSlots => blocked.any(|blocked| blocked),
    }
}
