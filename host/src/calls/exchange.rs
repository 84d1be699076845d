//! A call in full: from a message to the bytes of its response, waiting for a slot if none is free.

use std::sync::Arc;
use std::time::Instant;

use crate::border::cancel::{CancelMessage, Enlisted};
use crate::border::message::{Message, Status};
use crate::border::message_id::MessageId;
use crate::border::reply::Reply;
use crate::calls::call_chain::Caller;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::frame::with_innermost;
use crate::calls::instance::InstanceState;
use crate::calls::invoke::Ids;
use crate::calls::slots::{HeldSlot, Inheritance, Slot, Waiting, from_deadline_ns};
use crate::calls::wait_graph::{Needs, Place, Waiter};
use crate::error::CallFault;
use crate::observe::observers::HOST_NAME;
use crate::platform::stack;
use crate::platform::waited;

/// A message to be sent, and its sender.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    pub(crate) message: &'a Message<'a>,
    pub(crate) caller: Caller<'a>,
    /// The instance that sends it; `None` for the host and its embedder.
    pub(crate) sender: Option<&'a InstanceState>,
}

impl Call<'_> {
    /// Whether nobody waits for the answer any more.
    fn is_abandoned(&self) -> bool {
        self.caller.is_cancelled()
            || self.message.cancel.is_some_and(|token| token.is_cancelled())
            || self.sender.is_some_and(InstanceState::has_ended)
    }
}

impl Dispatcher {
    /// Sends a message of the embedder, in the service of the message that this thread handles, if any.
    pub(crate) fn call_from_thread(
        self: &Arc<Self>,
        target: &Arc<InstanceState>,
        message: &Message<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        with_innermost(|frame| {
            let caller = frame.map_or(Caller::Root, Caller::Frame);
            self.call(target, &Call { message, caller, sender: None }, reply)
        })
    }

    /// Sends one message and takes the response. Every rule of the border is checked; the response's text is not read.
    pub(crate) fn call(
        self: &Arc<Self>,
        target: &Arc<InstanceState>,
        call: &Call<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        self.call_as(MessageId::next(), target, call, reply)
    }

    /// The same with an id that is the message's alone.
    pub(crate) fn call_as(
        self: &Arc<Self>,
        id: MessageId,
        target: &Arc<InstanceState>,
        call: &Call<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        if target.is_unwatched {
            return self.call_unwatched(id, target, call, reply);
        }
        let ids = Ids { id, cause: call.caller.cause() };
        let from = call.sender.map_or(HOST_NAME, |sender| &sender.name);
        self.watched(ids, (from, target), call.message, reply, |reply| {
            self.call_unwatched(id, target, call, reply)
        })
    }

    fn call_unwatched(
        self: &Arc<Self>,
        id: MessageId,
        target: &Arc<InstanceState>,
        call: &Call<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let message = call.message;
        let _wait = call.sender.and_then(|sender| sender.guest.call_time()).map(|_| waited::Wait::begin());
        stack::check()?;
        let inheritance = call.caller.inheritance(&self.registry, target, message.deadline)?;
        let _enlisted = self.enlist(id, message);
        let (target, held) = self.take_slot(id, target, &inheritance, call)?;
        self.handle(target, held.slot, id, inheritance, call, reply)
    }

    /// Takes a slot of an instance, or of the one that took its place, and finds it ready in it.
    pub(super) fn take_slot<'t>(
        &self,
        id: MessageId,
        target: &'t Arc<InstanceState>,
        inheritance: &Inheritance,
        call: &Call<'_>,
    ) -> Result<(&'t Arc<InstanceState>, HeldSlot<'t>), CallFault> {
        loop {
            let target = target.current();
            let slot = match target.slots().try_take(id) {
                Some(slot) => slot,
                None => match self.wait_for_slot(id, target, inheritance, call) {
                    Ok(slot) => slot,
                    Err(Missed::Moved) => continue,
                    Err(Missed::Fault(fault)) => return Err(fault),
                },
            };
            let held = HeldSlot::new(target.slots(), slot, id);
            if target.is_ready() {
                return Ok((target, held));
            }
            drop(held);
            self.await_successor(id, target, inheritance, call)?;
        }
    }

    /// Sends a message that nothing led to in a slot that is held for it, and gives the slot back.
    pub(super) fn call_in_slot(
        self: &Arc<Self>,
        target: &Arc<InstanceState>,
        held: HeldSlot<'_>,
        message: &Message<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let call = Call { message, caller: Caller::Root, sender: None };
        let inheritance = call.caller.inheritance(&self.registry, target, message.deadline)?;
        let ids = Ids { id: held.id, cause: MessageId::NONE };
        let work = |reply: &mut Reply| {
            let _enlisted = self.enlist(held.id, message);
            let answer = self.handle(target, held.slot, held.id, inheritance, &call, reply);
            drop(held);
            answer
        };
        if target.is_unwatched {
            return work(reply);
        }
        self.watched(ids, (HOST_NAME, target), message, reply, work)
    }

    pub(super) fn enlist(self: &Arc<Self>, id: MessageId, message: &Message<'_>) -> Option<Enlisted> {
        message.cancel.map(|token| {
            let sent_through: Arc<dyn CancelMessage> = Arc::clone(self) as _;
            token.enlist(id, sent_through)
        })
    }

    /// Sends message `id` in a slot that is held for it, to an instance that was found ready in it.
    pub(super) fn handle(
        &self,
        target: &InstanceState,
        slot: &Slot,
        id: MessageId,
        inheritance: Inheritance,
        call: &Call<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let message = call.message;
        slot.inherit(inheritance);
        if call.caller.is_cancelled() || message.cancel.is_some_and(|token| token.is_cancelled()) {
            slot.cancel(id);
        }
        self.note_entry(id);
        target.invoke(slot, Ids { id, cause: inheritance.cause }, message.texts(), reply)
    }

    #[cold]
    fn wait_for_slot<'t>(
        &self,
        id: MessageId,
        target: &'t Arc<InstanceState>,
        inheritance: &Inheritance,
        call: &Call<'_>,
    ) -> Result<&'t Slot, Missed> {
        if !target.is_open() {
            return Err(missed(target));
        }
        let wait = self.begin_wait(id, target, inheritance, call).map_err(Missed::Fault)?;
        let look = || {
            if !target.is_open() {
                Waiting::GiveUp(missed(target))
            } else if call.is_abandoned() {
                Waiting::GiveUp(Missed::Fault(CallFault::Cancelled))
            } else {
                Waiting::GoOn
            }
        };
        target.slots().take(id, wait.deadline, look, || Missed::Fault(wait.timeout()))
    }

    /// Waits until another instance has taken the place of one that is being replaced or restarted; a fault if none will.
    #[cold]
    fn await_successor(
        &self,
        id: MessageId,
        target: &Arc<InstanceState>,
        inheritance: &Inheritance,
        call: &Call<'_>,
    ) -> Result<(), CallFault> {
        let found = || {
            let may_go_on = target.is_ready() || target.successor().is_some();
            if may_go_on { Ok(()) } else { Err(target.unavailable()) }
        };
        if !target.is_awaited() {
            return found();
        }
        let wait = self.begin_wait(id, target, inheritance, call)?;
        let look = || {
            if !target.is_awaited() {
                Waiting::GiveUp(found())
            } else if call.is_abandoned() {
                Waiting::GiveUp(Err(CallFault::Cancelled))
            } else {
                Waiting::GoOn
            }
        };
        target.slots().wait_for_change(wait.deadline, look, || Err(wait.timeout()))
    }

    /// Enters a caller among those who wait, unless it would wait for itself.
    fn begin_wait(
        &self,
        id: MessageId,
        target: &Arc<InstanceState>,
        inheritance: &Inheritance,
        call: &Call<'_>,
    ) -> Result<Wait<'_>, CallFault> {
        let started = Instant::now();
        let deadline =
            from_deadline_ns(inheritance.deadline_ns).or_else(|| started.checked_add(self.wait_limit));
        let mut chain = call.caller.chain(&self.registry);
        chain.push(id);
        let waiter = Waiter {
            id: Some(id),
            chain,
            target: Arc::clone(target),
            needs: Needs::OneSlot,
            sender: call.sender.map(|sender| sender.id),
        };
        let place = self.wait_graph.enter(waiter)?;
        Ok(Wait { started, deadline, _place: place })
    }
}

/// Why a caller did not get a slot.
enum Missed {
    /// Another instance has taken the place of the one that it waited for.
    Moved,
    Fault(CallFault),
}

fn missed(target: &InstanceState) -> Missed {
    if target.successor().is_some() { Missed::Moved } else { Missed::Fault(target.unavailable()) }
}

/// A caller among those who wait.
struct Wait<'a> {
    started: Instant,
    deadline: Option<Instant>,
    _place: Place<'a>,
}

impl Wait<'_> {
    fn timeout(&self) -> CallFault {
        CallFault::Timeout { waited: self.started.elapsed() }
    }
}
