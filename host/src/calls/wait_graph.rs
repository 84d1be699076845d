//! The wait-for graph: detects deadlocks, so that a wait that could never end is refused (rule 5).
//!
//! Only callers that found no free slot come here. A waiter is entered and checked under one lock, so of two callers
//! that would wait for each other the second one sees the first. A turn counts as a message that its thread handles.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::border::message_id::MessageId;
use crate::calls::instance::{InstanceId, InstanceState};
use crate::error::CallFault;
use crate::platform::thread::ThreadToken;

/// Every caller of a host that waits for a call slot.
#[derive(Default)]
pub(crate) struct WaitForGraph {
    waiters: Mutex<Vec<Arc<Waiter>>>,
    turns: Mutex<Vec<HeldTurn>>,
}

/// A turn, and the thread that holds it: what that thread waits for, the turn waits for.
#[derive(Clone, Copy)]
pub(crate) struct HeldTurn {
    pub(crate) id: MessageId,
    pub(crate) instance: InstanceId,
    pub(crate) thread: ThreadToken,
}

/// One caller that waits for slots of `target`.
pub(crate) struct Waiter {
    /// The message that waits; `None` if an instance is being unloaded.
    pub(crate) id: Option<MessageId>,
    /// The messages in whose service it waits, its own included.
    pub(crate) chain: Vec<MessageId>,
    pub(crate) target: Arc<InstanceState>,
    pub(crate) needs: Needs,
    /// The instance whose `send` waits; `None` for an embedder.
    pub(crate) sender: Option<InstanceId>,
}

/// A place among the waiters; dropping it gives the place up.
pub(crate) struct Place<'a> {
    graph: &'a WaitForGraph,
    waiter: Arc<Waiter>,
}

/// What a waiter needs before it can go on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Needs {
    /// Any slot of the target.
    OneSlot,
    /// All slots of the target: it is being unloaded.
    AllSlots,
}

impl WaitForGraph {
    /// Enters a waiter that this thread makes wait.
    ///
    /// # Errors
    /// If that would be a deadlock.
    pub(crate) fn enter(&self, mut waiter: Waiter) -> Result<Place<'_>, CallFault> {
        let turns = self.turns_of(ThreadToken::current());
        waiter.chain.extend(turns.iter().map(|turn| turn.id));
        let mut waiters = self.lock();
        if would_deadlock(&waiter, &waiters) {
            let is_own = turns.iter().any(|turn| turn.instance == waiter.target.id);
            return Err(if is_own { CallFault::OwnTurn } else { CallFault::Reentrant });
        }
        let waiter = Arc::new(waiter);
        waiters.push(Arc::clone(&waiter));
        Ok(Place { graph: self, waiter })
    }

    /// Notes a turn that was taken.
    pub(crate) fn begin_turn(&self, turn: HeldTurn) {
        self.turns().push(turn);
    }

    /// The turn is given back.
    pub(crate) fn end_turn(&self, id: MessageId) {
        self.turns().retain(|turn| turn.id != id);
    }

    /// Whether this thread holds a turn.
    pub(crate) fn is_in_turn(&self) -> bool {
        !self.turns_of(ThreadToken::current()).is_empty()
    }

    fn turns_of(&self, thread: ThreadToken) -> Vec<HeldTurn> {
        self.turns().iter().filter(|turn| turn.thread == thread).copied().collect()
    }

    fn turns(&self) -> MutexGuard<'_, Vec<HeldTurn>> {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner)
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
            target.slots().wake();
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Arc<Waiter>>> {
        self.waiters.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.graph.lock().retain(|waiter| !Arc::ptr_eq(waiter, &self.waiter));
    }
}

impl Waiter {
    /// Whether message `id` cannot end before this waiter has its slot. A waiter's own id in a slot means that it has just
    /// got the slot, or is just trying to.
    fn holds_up(&self, id: MessageId) -> bool {
        self.id != Some(id) && self.chain.contains(&id)
    }

    /// Whether this waiter cannot get its slots before the messages of `chain` are answered, if all of `blocked` are
    /// blocked.
    fn is_blocked(&self, chain: &[MessageId], blocked: &[&Waiter]) -> bool {
        let is_held = |id: MessageId| chain.contains(&id) || blocked.iter().any(|waiter| waiter.holds_up(id));
        let mut slots = self.target.slots().iter().map(|slot| slot.occupants().any(is_held));
        match self.needs {
            Needs::OneSlot => slots.all(|held| held),
            Needs::AllSlots => slots.any(|held| held),
        }
    }
}

/// Whether a newcomer would wait for a message of its own chain, directly or through others.
///
/// Computes the greatest fixed point: assume that every waiter is blocked, then repeatedly unblock those that can proceed.
/// Whoever remains is deadlocked on the newcomer's chain.
fn would_deadlock(newcomer: &Waiter, waiters: &[Arc<Waiter>]) -> bool {
    let mut blocked: Vec<&Waiter> = waiters.iter().map(|waiter| &**waiter).collect();
    loop {
        let still: Vec<&Waiter> =
            blocked.iter().copied().filter(|waiter| waiter.is_blocked(&newcomer.chain, &blocked)).collect();
        if still.len() == blocked.len() {
            return newcomer.is_blocked(&newcomer.chain, &blocked);
        }
        blocked = still;
    }
}
