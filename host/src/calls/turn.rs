//! A turn: a call slot that one thread holds for many messages. What can be checked once is checked where it begins.

use std::sync::Arc;

use crate::abi::rp_status;
use crate::border::cancel::Enlisted;
use crate::border::message::{Message, Status};
use crate::border::message_id::MessageId;
use crate::border::module::Handler;
use crate::border::reply::Reply;
use crate::calls::call_chain::Caller;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::exchange::Call;
use crate::calls::fast::Answer;
use crate::calls::frame::{LastingFrame, with_innermost};
use crate::calls::instance::{InstanceState, LifecycleState};
use crate::calls::invoke::{self, Ids};
use crate::calls::slots::{HeldSlot, Inheritance, Slot};
use crate::calls::wait_graph::HeldTurn;
use crate::error::CallFault;
use crate::observe::observers::HOST_NAME;
use crate::platform::local::{self, Local};
use crate::platform::stack;
use crate::platform::thread::{Innermost, ThreadToken};

/// The slot of a turn; dropping it ends the turn.
pub(crate) struct TurnGuard<'i> {
    held: HeldSlot<'i>,
    /// Of the messages on the fast path.
    frame: LastingFrame<'i>,
    handler: Handler,
    instance: &'i InstanceState,
    dispatcher: &'i Arc<Dispatcher>,
    thread: ThreadToken,
    /// What this thread's innermost message is where the fast path may go: none, on the thread that holds the turn. A value
    /// that no thread has where the host watches every message.
    idle: Innermost,
}

impl Dispatcher {
    /// Takes a slot for a turn, as `message` waits for one; its texts are not looked at.
    pub(crate) fn enter<'i>(
        self: &'i Arc<Self>,
        target: &'i Arc<InstanceState>,
        message: &Message<'_>,
    ) -> Result<TurnGuard<'i>, CallFault> {
        let id = MessageId::next_turn();
        let _enlisted: Option<Enlisted> = self.enlist(id, message);
        let (instance, held) = with_innermost(|frame| {
            let caller = frame.map_or(Caller::Root, Caller::Frame);
            let call = Call { message, caller, sender: None };
            // Refuses an instance of the chain in which this thread is at work.
            let inheritance = caller.inheritance(&self.registry, target, message.deadline)?;
            self.take_slot(id, target, &inheritance, &call)
        })?;
        let thread = ThreadToken::current();
        self.wait_graph.begin_turn(HeldTurn { id, instance: instance.id, thread });
        let idle = if instance.is_unwatched { Innermost::none(thread) } else { Innermost::NEVER };
        let none = invoke::message(Ids { id, cause: MessageId::NONE }, ("", ""));
        let frame = LastingFrame::new(thread, instance, held.slot, none);
        let handler = instance.handler;
        Ok(TurnGuard { held, frame, handler, instance, dispatcher: self, thread, idle })
    }
}

impl<'i> TurnGuard<'i> {
    pub(crate) fn instance(&self) -> &'i InstanceState {
        self.instance
    }

    /// Sends a message on the fast path if possible, or else on the full one.
    #[inline(always)]
    pub(crate) fn ask(&mut self, message: &Message<'_>, reply: &mut Reply) -> Answer {
        // SAFETY: the borrow ends with this function.
        let local = unsafe { local::here() };
        if message.is_plain() && self.is_quick(local) {
            self.ask_quickly(local, message.texts(), reply)
        } else {
            self.ask_in_full(*message, reply)
        }
    }

    /// Whether this thread holds the turn, handles no message and has enough stack, and the instance is in service. Of a call
    /// that is not in a turn, the slot and its inheritance have been dealt with.
    #[inline(always)]
    fn is_quick(&self, local: &Local) -> bool {
        stack::has_room(local) && Innermost::of(local) == self.idle && self.instance.is_ready()
    }

    #[inline(always)]
    fn ask_quickly(&mut self, local: &Local, texts: (&str, &str), reply: &mut Reply) -> Answer {
        let (slot, handler) = (self.held.slot, self.handler);
        let id = MessageId::next_of(local);
        let message = invoke::message(Ids { id, cause: MessageId::NONE }, texts);
        let raw_reply = reply.begin();
        slot.show_in_turn(id);
        let status = self.frame.enter(local, self.idle, message, raw_reply, |message| {
            // SAFETY: as for every call, the slot is held and the instance was found alive in it (rule 6); message and reply live
            // until the call returns (rules 1 and 2).
            unsafe { (handler.function)(handler.context, message, raw_reply) }
        });
        // Nothing above panics, so no guard is needed.
        slot.show_in_turn(MessageId::NONE);
        match invoke::take(status, reply) {
            Some(answer) => Ok(answer),
            None => self.classify(status, id, reply),
        }
    }

    #[cold]
    #[inline(never)]
    fn classify(&self, status: rp_status, id: MessageId, reply: &mut Reply) -> Answer {
        self.instance.classify(status, self.held.slot, id, reply).map_err(Box::new)
    }

    #[cold]
    #[inline(never)]
    fn ask_in_full(&mut self, message: Message<'_>, reply: &mut Reply) -> Answer {
        if ThreadToken::current() != self.thread {
            return Err(Box::new(CallFault::ForeignTurn));
        }
        let answer = with_innermost(|frame| {
            let caller = frame.map_or(Caller::Root, Caller::Frame);
            self.call(&Call { message: &message, caller, sender: None }, reply)
        });
        answer.map_err(Box::new)
    }

    /// What `Dispatcher::call` does for a message that has its slot.
    fn call(&self, call: &Call<'_>, reply: &mut Reply) -> Result<Status, CallFault> {
        let ids = Ids { id: MessageId::next(), cause: call.caller.cause() };
        let work = |reply: &mut Reply| self.call_unwatched(ids.id, call, reply);
        if self.instance.is_unwatched {
            return work(reply);
        }
        self.dispatcher.watched(ids, (HOST_NAME, self.instance), call.message, reply, work)
    }

    fn call_unwatched(&self, id: MessageId, call: &Call<'_>, reply: &mut Reply) -> Result<Status, CallFault> {
        stack::check()?;
        let (dispatcher, instance) = (self.dispatcher, self.instance);
        // Refuses a message that is sent while one of this turn is handled.
        let inheritance = call.caller.inheritance(&dispatcher.registry, instance, call.message.deadline)?;
        // A turn is a call in flight: whoever unloads the instance or replaces its code waits for its end.
        if instance.state() > LifecycleState::Closing {
            return Err(instance.unavailable());
        }
        let slot = self.held.slot;
        slot.show_in_turn(id);
        let _done = Done(slot);
        let _enlisted = dispatcher.enlist(id, call.message);
        dispatcher.handle(instance, slot, id, inheritance, call, reply)
    }
}

/// Shows a slot between two messages of its turn again, also when the host panics.
struct Done<'a>(&'a Slot);

impl Drop for Done<'_> {
    fn drop(&mut self) {
        self.0.inherit(Inheritance::default());
        self.0.show_in_turn(MessageId::NONE);
    }
}

impl Drop for TurnGuard<'_> {
    fn drop(&mut self) {
        self.dispatcher.wait_graph.end_turn(self.held.id);
    }
}
