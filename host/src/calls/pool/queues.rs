//! The queues of a host: which call is next, which has waited too long, which instance is ready for a thread.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::ptr;
use std::sync::Arc;
use std::time::Instant;

use super::queued_call::QueuedCall;
use crate::calls::instance::{InstanceId, InstanceState};

/// Where a call waits: its instance, and its number among all calls.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    pub(super) instance: InstanceId,
    pub(super) number: u64,
}

/// What a thread of the pool takes up.
pub(super) struct Claim {
    pub(super) instance: InstanceId,
    pub(super) target: Arc<InstanceState>,
}

#[derive(Default)]
pub(super) struct Queues {
    by_instance: HashMap<InstanceId, Queue>,
    /// The claims that wait for a thread, one entry each.
    ready: VecDeque<InstanceId>,
    /// When calls no longer wait for their turn, by number.
    deadlines: BTreeMap<(Instant, u64), InstanceId>,
}

struct Queue {
    target: Arc<InstanceState>,
    /// By number, so in the order of starting.
    calls: BTreeMap<u64, QueuedCall>,
    claims: usize,
    /// Claims whose threads make a call: they are no help to those that wait.
    at_work: usize,
}

impl Queues {
    /// Puts a call into its queue; true if that made a claim ready.
    pub(super) fn insert(&mut self, place: Place, call: QueuedCall) -> bool {
        if let Some(until) = call.waits_until() {
            self.deadlines.insert((until, place.number), place.instance);
        }
        let new =
            || Queue { target: Arc::clone(&call.target), calls: BTreeMap::new(), claims: 0, at_work: 0 };
        let queue = self.by_instance.entry(place.instance).or_insert_with(new);
        queue.calls.insert(place.number, call);
        self.claim(place.instance)
    }

    /// Makes one more claim ready if the queue has use for it.
    fn claim(&mut self, instance: InstanceId) -> bool {
        let Some(queue) = self.by_instance.get_mut(&instance) else { return false };
        let wanted = queue.at_work + queue.calls.len();
        let has_use = queue.claims < wanted.min(queue.target.current().slots().count());
        if has_use {
            queue.claims += 1;
            self.ready.push_back(instance);
        }
        has_use
    }

    /// A claim that was left at the slots is ready again.
    pub(super) fn make_ready(&mut self, instance: InstanceId) {
        self.ready.push_back(instance);
    }

    /// The claim that has been ready for longest.
    pub(super) fn next_claim(&mut self) -> Option<Claim> {
        while let Some(instance) = self.ready.pop_front() {
            if let Some(queue) = self.by_instance.get(&instance) {
                return Some(Claim { instance, target: Arc::clone(&queue.target) });
            }
        }
        None
    }

    /// The call that is next, for the thread that has a claim.
    pub(super) fn next_call(&mut self, instance: InstanceId) -> Option<QueuedCall> {
        let (number, call) = self.by_instance.get_mut(&instance)?.calls.pop_first()?;
        self.forget_deadline(number, &call);
        Some(call)
    }

    /// The thread of a claim makes a call from now on; true if a call that waits made another claim ready.
    pub(super) fn begin_work(&mut self, instance: InstanceId) -> bool {
        let Some(queue) = self.by_instance.get_mut(&instance) else { return false };
        queue.at_work += 1;
        self.claim(instance)
    }

    /// The call is made.
    pub(super) fn end_work(&mut self, instance: InstanceId) {
        if let Some(queue) = self.by_instance.get_mut(&instance) {
            queue.at_work -= 1;
        }
    }

    /// How many calls wait in the queue of an instance.
    pub(super) fn waiting(&self, instance: InstanceId) -> usize {
        self.by_instance.get(&instance).map_or(0, |queue| queue.calls.len())
    }

    /// How many claims wait for a thread.
    pub(super) fn ready_claims(&self) -> usize {
        self.ready.len()
    }

    /// Gives a claim up if nothing waits any more; true if it is still of use.
    pub(super) fn is_of_use(&mut self, instance: InstanceId) -> bool {
        let Some(queue) = self.by_instance.get_mut(&instance) else { return false };
        if !queue.calls.is_empty() {
            return true;
        }
        queue.claims -= 1;
        if queue.claims == 0 {
            self.by_instance.remove(&instance);
        }
        false
    }

    pub(super) fn remove(&mut self, place: Place) -> Option<QueuedCall> {
        let call = self.by_instance.get_mut(&place.instance)?.calls.remove(&place.number)?;
        self.forget_deadline(place.number, &call);
        Some(call)
    }

    /// Takes out all calls that wait for an instance, but not those for one that took its place.
    pub(super) fn remove_all_for(&mut self, target: &InstanceState) -> Vec<QueuedCall> {
        let queue = self.by_instance.get(&target.id);
        let is_meant = queue.is_some_and(|queue| ptr::eq(&**queue.target.current(), target));
        if is_meant { self.remove_all(target.id) } else { Vec::new() }
    }

    /// Takes all calls out of the queue of an instance.
    pub(super) fn remove_all(&mut self, instance: InstanceId) -> Vec<QueuedCall> {
        let Some(queue) = self.by_instance.get_mut(&instance) else { return Vec::new() };
        let calls = std::mem::take(&mut queue.calls);
        calls.iter().for_each(|(number, call)| self.forget_deadline(*number, call));
        calls.into_values().collect()
    }

    pub(super) fn instances(&self) -> Vec<InstanceId> {
        self.by_instance.keys().copied().collect()
    }

    /// Takes out a call that has waited too long, if there is one.
    pub(super) fn remove_late(&mut self, now: Instant) -> Option<QueuedCall> {
        let (&(until, number), &instance) = self.deadlines.first_key_value()?;
        if until > now {
            return None;
        }
        self.deadlines.pop_first();
        self.by_instance.get_mut(&instance)?.calls.remove(&number)
    }

    pub(super) fn first_deadline(&self) -> Option<Instant> {
        self.deadlines.first_key_value().map(|((until, _), _)| *until)
    }

    fn forget_deadline(&mut self, number: u64, call: &QueuedCall) {
        if let Some(until) = call.waits_until() {
            self.deadlines.remove(&(until, number));
        }
    }
}
