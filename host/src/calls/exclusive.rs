//! All slots of an instance at once, for what runs alone: `init`, `shutdown`, and whatever follows.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::border::message::{Message, Status};
use crate::border::message_id::MessageId;
use crate::border::reply::Reply;
use crate::calls::call_chain::Caller;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::frame::with_innermost;
use crate::calls::instance::{InstanceState, LifecycleState};
use crate::calls::invoke::Ids;
use crate::calls::slots::{HeldSlot, Inheritance, LIFECYCLE, Waiting};
use crate::calls::wait_graph::{Needs, Waiter};
use crate::error::CallFault;
use crate::observe::observers::HOST_NAME;
use crate::platform::stack;

/// All slots of an instance; dropping it gives them back.
pub(crate) struct ExclusiveGuard<'a> {
    instance: &'a InstanceState,
    held: Vec<HeldSlot<'a>>,
}

impl ExclusiveGuard<'_> {
    /// Lets all slots show message `id`: who waits for them waits for that message.
    pub(crate) fn show(&self, id: MessageId) {
        self.held.iter().for_each(|held| held.slot.show(id));
    }

    /// Keeps the slots forever: no message reaches the instance any more.
    pub(crate) fn forget(self) {
        self.held.into_iter().for_each(std::mem::forget);
        // Waiters find that the instance is gone.
        self.instance.slots().wake();
    }
}

impl Dispatcher {
    /// Takes every slot, so that what follows runs alone. The calls in flight have `limit` to end first.
    pub(crate) fn take_all_slots<'i>(
        &self,
        instance: &'i Arc<InstanceState>,
        limit: Duration,
    ) -> Result<ExclusiveGuard<'i>, CallFault> {
        let started = Instant::now();
        let deadline = started.checked_add(limit);
        let chain = with_innermost(|frame| {
            frame.map_or(Vec::new(), |frame| Caller::Frame(frame).chain(&self.registry))
        });
        let target = Arc::clone(instance);
        let waiter = Waiter { id: None, chain, target, needs: Needs::AllSlots, sender: None };
        let _place = self.wait_graph.enter(waiter)?;
        let slots = instance.slots();
        let mut guard = ExclusiveGuard { instance, held: Vec::with_capacity(slots.count()) };
        for _ in slots.iter() {
            let look = || match instance.state() {
                LifecycleState::Dead => Waiting::GiveUp(instance.unavailable()),
                _ => Waiting::GoOn,
            };
            let late = || CallFault::Timeout { waited: started.elapsed() };
            let slot = slots.take(LIFECYCLE, deadline, look, late)?;
            guard.held.push(HeldSlot::new(slots, slot, LIFECYCLE));
        }
        // The last of the calls may have been its death: then nothing more is sent to it (rule 6).
        if instance.state() == LifecycleState::Dead { Err(instance.unavailable()) } else { Ok(guard) }
    }

    /// Sends a message of the lifecycle (`init`, `shutdown`) as `id` in the slots that the guard holds.
    pub(crate) fn call_exclusively(
        &self,
        guard: &ExclusiveGuard<'_>,
        id: MessageId,
        message: &Message<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let target = guard.instance;
        let work = |reply: &mut Reply| {
            stack::check()?;
            let slot = target.slots().rename(id);
            with_innermost(|frame| {
                let caller = frame.map_or(Caller::Root, Caller::Frame);
                let inheritance = caller.inheritance(&self.registry, target, message.deadline)?;
                slot.inherit(inheritance);
                self.note_entry(id);
                target.invoke(slot, Ids { id, cause: inheritance.cause }, message.texts(), reply)
            })
        };
        if target.is_unwatched {
            return work(reply);
        }
        let ids = Ids { id, cause: MessageId::NONE };
        self.watched(ids, (HOST_NAME, target), message, reply, work)
    }

    /// Sends a message once more that was sent in another host, in the slots that the guard holds, with the ids that it had.
    pub(crate) fn call_again(
        &self,
        guard: &ExclusiveGuard<'_>,
        ids: Ids,
        message: &Message<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        stack::check()?;
        let slot = guard.instance.slots().rename(ids.id);
        slot.inherit(Inheritance { cause: ids.cause, ..Inheritance::default() });
        guard.instance.invoke(slot, ids, message.texts(), reply)
    }
}
