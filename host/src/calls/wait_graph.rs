//! Who waits for whom, so that nothing ever waits for itself (rule 5).
//!
//! Only callers that found no free slot come here. A waiter is entered and checked under one lock, so of two callers
//! that would wait for each other the second one sees the first.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::calls::instance::InstanceState;

/// Everybody in a host who waits for a turn.
#[derive(Default)]
pub(crate) struct Waits(Mutex<Vec<Arc<Waiter>>>);

/// One caller that waits for a turn at `target`.
pub(crate) struct Waiter {
    /// The message that waits; `None` where an instance is to be unloaded.
    pub(crate) id: Option<u64>,
    /// The messages in whose service it waits, its own included.
    pub(crate) chain: Vec<u64>,
    pub(crate) target: Arc<InstanceState>,
    pub(crate) needs: Needs,
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
    pub(crate) fn enter(&self, waiter: Waiter) -> Option<Place<'_>> {
        let mut list = self.lock();
        if would_wait_for_itself(&waiter, &list) {
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

impl Waiter {
    /// Whether message `id` is not done before this one has its turn. Its own number in a slot says that the turn has
    /// come, or that it is just being tried for.
    fn holds_up(&self, id: u64) -> bool {
        self.id != Some(id) && self.chain.contains(&id)
    }

    /// Whether the turn cannot come before the messages of `chain` are answered, given who waits for ever.
    fn is_stuck(&self, chain: &[u64], stuck: &[&Waiter]) -> bool {
        let for_ever = |id: u64| chain.contains(&id) || stuck.iter().any(|waiter| waiter.holds_up(id));
        let mut slots = self.target.turns().slots().map(|slot| slot.occupants().any(for_ever));
        match self.needs {
            Needs::OneSlot => slots.all(|taken| taken),
            Needs::AllSlots => slots.any(|taken| taken),
        }
    }
}

/// Whether the turn of a newcomer cannot come before the messages of its own chain are answered.
///
/// Nobody who waits goes on, it supposes, and takes that back until nothing changes: what is left waits for the chain.
fn would_wait_for_itself(newcomer: &Waiter, list: &[Arc<Waiter>]) -> bool {
    let mut stuck: Vec<&Waiter> = list.iter().map(|waiter| &**waiter).collect();
    loop {
        let still: Vec<&Waiter> =
            stuck.iter().copied().filter(|waiter| waiter.is_stuck(&newcomer.chain, &stuck)).collect();
        if still.len() == stuck.len() {
            return newcomer.is_stuck(&newcomer.chain, &stuck);
        }
        stuck = still;
    }
}
