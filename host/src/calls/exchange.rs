//! The call path: from a message to the bytes of its response.
//!
//! Once a handle is held it takes no global lock, looks up no name and allocates nothing.

use std::sync::Arc;
use std::time::{Duration, Instant};

use core::ffi::c_char;
use core::mem::size_of;

use crate::abi::{
    RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_ERR_PANIC, RP_FAILED, RP_OK, rp_message, rp_status, rp_str,
};
use crate::border::message::{Message, Status};
use crate::border::reply::Reply;
use crate::calls::call_chain::Origin;
use crate::calls::frame::{self, with_innermost};
use crate::calls::instance::{InstanceState, Life};
use crate::calls::message_id::next_id;
use crate::calls::slots::{Biased, Inheritance, LIFECYCLE, Slot, Turns, Waiting, from_deadline_ns};
use crate::calls::wait_graph::{Needs, Waiter};
use crate::error::CallFault;
use crate::observe::trace::{Entry, Stopwatch};
use crate::platform::stack;
use crate::platform::thread::{Innermost, ThreadToken};
use crate::platform::waited::Wait;

/// A taken slot; dropping it gives it back.
struct Turn<'a> {
    turns: &'a Turns,
    slot: &'a Slot,
    id: u64,
}

impl Drop for Turn<'_> {
    #[inline]
    fn drop(&mut self) {
        self.turns.give_back(self.slot, self.id);
    }
}

/// A message's own number and its cause's.
struct Numbers {
    id: u64,
    cause: u64,
}

/// Who waits, for the cold path.
struct Asker<'a> {
    origin: Origin<'a>,
    sender: Option<&'a InstanceState>,
}

impl InstanceState {
    /// Sends what an embedder sends, from whatever stands on this thread.
    ///
    /// A fault is boxed, so that the answer fits into registers.
    #[inline(always)]
    pub(crate) fn ask(
        self: &Arc<Self>,
        message: &Message<'_>,
        reply: &mut Reply,
    ) -> Result<Status, Box<CallFault>> {
        if message.is_plain() {
            // Its texts apart: they travel in registers then. A message just made by two stores for each text and then read
            // by one load of both would wait for its own stores, which costs as much as all the rest.
            self.ask_plain(message.message_type, message.payload, reply)
        } else {
            self.ask_in_full(*message, reply)
        }
    }

    /// Sends a message without deadline and token.
    ///
    /// The usual call goes the short way: nothing else on this thread, a slot that is biased towards it, no trace (a traced
    /// instance has no biased slots). It does what [`exchange`](InstanceState::exchange) does for such a call.
    #[inline(always)]
    fn ask_plain(
        self: &Arc<Self>,
        message_type: &str,
        payload: &str,
        reply: &mut Reply,
    ) -> Result<Status, Box<CallFault>> {
        if let Some(me) = token_if_idle()
            && let Some(biased) = self.turns().first_biased(me)
            && let Some(answer) = self.ask_in(&biased, (message_type, payload), reply)
        {
            return answer;
        }
        self.ask_elsewhere(message_type, payload, reply)
    }

    /// Sends it in a slot that is biased towards this thread, which is idle. None where that slot was not to be had.
    #[inline(always)]
    fn ask_in(
        &self,
        biased: &Biased<'_>,
        texts: (&str, &str),
        reply: &mut Reply,
    ) -> Option<Result<Status, Box<CallFault>>> {
        let id = next_id();
        if !self.turns().take_biased(biased, id) {
            return None;
        }
        if !self.is_ready() {
            self.turns().give_back_biased(biased);
            return None;
        }
        let numbers = Numbers { id, cause: 0 };
        let status = self.run_handler(biased.slot, numbers, texts, reply, Innermost::none(biased.me));
        // Nothing above panics, so no guard is needed to give the slot back.
        let answer = match status {
            RP_OK if reply.take_untouched() => Status::Success,
            RP_FAILED if reply.take_untouched() => Status::Failed,
            _ => return Some(self.judge_in_turn(status, biased.slot, reply)),
        };
        self.turns().give_back_biased(biased);
        Some(Ok(answer))
    }

    /// Where the first slot is not to be had by its bias: that is how a concurrent instance answers most threads.
    #[inline(never)]
    fn ask_elsewhere(
        self: &Arc<Self>,
        message_type: &str,
        payload: &str,
        reply: &mut Reply,
    ) -> Result<Status, Box<CallFault>> {
        if let Some(me) = token_if_idle()
            && let Some(biased) = self.turns().own_biased(me)
            && let Some(answer) = self.ask_in(&biased, (message_type, payload), reply)
        {
            return answer;
        }
        self.ask_in_full(Message::new(message_type, payload), reply)
    }

    #[cold]
    #[inline(never)]
    fn ask_in_full(
        self: &Arc<Self>,
        message: Message<'_>,
        reply: &mut Reply,
    ) -> Result<Status, Box<CallFault>> {
        let answer = with_innermost(|frame| {
            let origin = frame.map_or(Origin::Root, Origin::Frame);
            self.exchange(&message, origin, None, reply)
        });
        answer.map_err(Box::new)
    }

    #[cold]
    #[inline(never)]
    fn judge_in_turn(
        &self,
        status: rp_status,
        slot: &Slot,
        reply: &mut Reply,
    ) -> Result<Status, Box<CallFault>> {
        let id = slot.owned();
        let _turn = Turn { turns: self.turns(), slot, id };
        self.judge(status, slot, id, reply).map_err(Box::new)
    }

    /// Sends one message and takes the response, every rule of the border checked, the response's text unread.
    pub(crate) fn exchange(
        self: &Arc<Self>,
        message: &Message<'_>,
        origin: Origin<'_>,
        sender: Option<&InstanceState>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let id = next_id();
        if self.is_untraced {
            return self.exchange_quietly(id, message, origin, sender, reply);
        }
        let from = sender.map_or("host", |sender| &sender.name);
        self.traced(id, origin.cause(), from, message, reply, |reply| {
            self.exchange_quietly(id, message, origin, sender, reply)
        })
    }

    fn exchange_quietly(
        self: &Arc<Self>,
        id: u64,
        message: &Message<'_>,
        origin: Origin<'_>,
        sender: Option<&InstanceState>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let _wait = sender.and_then(|sender| sender.guest.call_time()).map(|_| Wait::begin());
        stack::check()?;
        let inheritance = origin.inheritance(self, message.deadline)?;
        let _enlisted = message.cancel.map(|token| token.enlist(id, &self.shared));
        let slot = match self.turns().try_take(id) {
            Some(slot) => slot,
            None => self.wait_for_turn(id, message, &inheritance, &Asker { origin, sender })?,
        };
        let _turn = Turn { turns: self.turns(), slot, id };
        if !self.is_ready() {
            return Err(self.unavailable());
        }
        slot.inherit(inheritance);
        if origin.is_cancelled() || message.cancel.is_some_and(|token| token.is_cancelled()) {
            slot.cancel(id);
        }
        self.hand_over(slot, id, inheritance.cause, message.texts(), reply)
    }

    #[cold]
    fn traced(
        &self,
        id: u64,
        cause: u64,
        from: &str,
        message: &Message<'_>,
        reply: &mut Reply,
        work: impl FnOnce(&mut Reply) -> Result<Status, CallFault>,
    ) -> Result<Status, CallFault> {
        let watch = Stopwatch::start(&self.shared);
        reply.clear();
        let answer = work(reply);
        watch.record(&Entry {
            id,
            cause,
            from,
            to: &self.name,
            message_type: message.message_type,
            payload: message.payload,
            outcome: outcome(&answer),
            response: reply.as_bytes(),
        });
        answer
    }

    /// The border, and the first look at what came back. `texts` are the message's type and payload.
    fn hand_over(
        &self,
        slot: &Slot,
        id: u64,
        cause: u64,
        texts: (&str, &str),
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        match self.run_handler(slot, Numbers { id, cause }, texts, reply, Innermost::current()) {
            RP_OK if reply.take_untouched() => Ok(Status::Success),
            RP_FAILED if reply.take_untouched() => Ok(Status::Failed),
            status => self.judge(status, slot, id, reply),
        }
    }

    /// The border itself.
    #[inline]
    fn run_handler(
        &self,
        slot: &Slot,
        numbers: Numbers,
        texts: (&str, &str),
        reply: &mut Reply,
        outer: Innermost,
    ) -> rp_status {
        let message = rp_message {
            struct_size: size_of::<rp_message>() as u32,
            flags: 0,
            id: numbers.id,
            cause: numbers.cause,
            r#type: borrow(texts.0),
            payload: borrow(texts.1),
        };
        let raw_reply = reply.begin();
        let handler = self.handler;
        frame::enter(outer, self, slot, message, raw_reply, |message| {
            // SAFETY: `create` made the context and `destroy` has not run, since the slot is held and the instance was
            // found alive in it (rule 6); message and reply live until the call returns (rules 1 and 2).
            unsafe { (handler.function)(handler.context, message, raw_reply) }
        })
    }

    /// What comes of a call that did not simply bring a response.
    #[cold]
    fn judge(&self, status: rp_status, slot: &Slot, id: u64, reply: &mut Reply) -> Result<Status, CallFault> {
        match status {
            RP_OK => reply.finish(true).map(|()| Status::Success),
            RP_FAILED => reply.finish(true).map(|()| Status::Failed),
            _ => self.no_response(status, slot, id, reply),
        }
    }

    #[cold]
    fn no_response(
        &self,
        status: rp_status,
        slot: &Slot,
        id: u64,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        // SAFETY: the slot of the call that returned the status is held until the judgement is done.
        if let Some(verdict) = unsafe { self.guest.verdict(status) } {
            reply.abandon();
            if verdict.is_deadly {
                self.die();
            }
            return Err(verdict.fault);
        }
        if status == RP_ERR_PANIC {
            reply.abandon();
            self.die();
            return Err(CallFault::Panic);
        }
        reply.finish(false)?;
        Err(match status {
            RP_ERR_NO_MEMORY => CallFault::NoMemory,
            RP_ERR_CANCELLED if slot.has_expired() => CallFault::Expired,
            RP_ERR_CANCELLED if slot.is_cancelled(id) || self.life() >= Life::Closing => CallFault::Cancelled,
            RP_ERR_CANCELLED => CallFault::CancelledUnasked,
            status => CallFault::UnknownStatus(status),
        })
    }

    /// After a panic nothing of the instance is called again (rule 6).
    fn die(&self) {
        self.set_life(Life::Dead);
        self.lent.abandon(self.handler);
        self.shared.events.unsubscribe(self);
        self.shared.waits.wake(|waiter| waiter.sender == Some(self.number()));
        self.turns().wake();
    }

    #[cold]
    fn wait_for_turn(
        self: &Arc<Self>,
        id: u64,
        message: &Message<'_>,
        inheritance: &Inheritance,
        asker: &Asker<'_>,
    ) -> Result<&Slot, CallFault> {
        if !self.is_ready() {
            return Err(self.unavailable());
        }
        let started = Instant::now();
        let deadline = from_deadline_ns(inheritance.deadline_ns).or_else(|| self.wait_deadline(started));
        let mut chain = asker.origin.chain();
        chain.push(id);
        let waiter = Waiter {
            id: Some(id),
            chain,
            target: Arc::clone(self),
            needs: Needs::OneSlot,
            sender: asker.sender.map(InstanceState::number),
        };
        let _place = self.shared.waits.enter(waiter).ok_or(CallFault::Reentrant)?;
        let look = || {
            if !self.is_ready() {
                Waiting::GiveUp(self.unavailable())
            } else if asker.no_longer_waits() || message.cancel.is_some_and(|token| token.is_cancelled()) {
                Waiting::GiveUp(CallFault::Cancelled)
            } else {
                Waiting::GoOn
            }
        };
        self.turns().take(id, deadline, look, || CallFault::Timeout { waited: started.elapsed() })
    }

    fn wait_deadline(&self, from: Instant) -> Option<Instant> {
        from.checked_add(self.shared.wait_limit)
    }

    /// Sends a message of the instance's own life (`init`, `shutdown`), in the slot that the lifecycle holds.
    pub(crate) fn deliver_alone(
        &self,
        alone: &Alone<'_>,
        message: &Message<'_>,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let id = next_id();
        let work = |reply: &mut Reply| {
            stack::check()?;
            let slot = alone.instance.turns().rename(id);
            with_innermost(|frame| {
                let origin = frame.map_or(Origin::Root, Origin::Frame);
                let inheritance = origin.inheritance(self, message.deadline)?;
                slot.inherit(inheritance);
                self.hand_over(slot, id, inheritance.cause, message.texts(), reply)
            })
        };
        if self.is_untraced { work(reply) } else { self.traced(id, 0, "host", message, reply, work) }
    }

    /// Takes every slot, so that what follows runs alone; the calls in flight end first.
    pub(crate) fn be_alone(self: &Arc<Self>, limit: Duration) -> Result<Alone<'_>, CallFault> {
        let started = Instant::now();
        let deadline = started.checked_add(limit);
        let chain = with_innermost(|frame| frame.map_or(Vec::new(), |frame| Origin::Frame(frame).chain()));
        let waiter =
            Waiter { id: None, chain, target: Arc::clone(self), needs: Needs::AllSlots, sender: None };
        let _place = self.shared.waits.enter(waiter).ok_or(CallFault::Reentrant)?;
        let mut alone = Alone { instance: self, held: Vec::with_capacity(self.turns().count()) };
        for _ in self.turns().slots() {
            let look = || match self.life() {
                Life::Dead => Waiting::GiveUp(self.unavailable()),
                _ => Waiting::GoOn,
            };
            let late = || CallFault::Timeout { waited: started.elapsed() };
            alone.held.push(self.turns().take(LIFECYCLE, deadline, look, late)?);
        }
        Ok(alone)
    }
}

impl Asker<'_> {
    fn no_longer_waits(&self) -> bool {
        self.origin.is_cancelled()
            || self.sender.is_some_and(|sender| matches!(sender.life(), Life::Closed | Life::Dead))
    }
}

/// All slots of an instance; dropping it gives them back.
pub(crate) struct Alone<'a> {
    instance: &'a InstanceState,
    held: Vec<&'a Slot>,
}

impl Alone<'_> {
    /// Keeps the slots for ever: no message reaches the instance any more.
    pub(crate) fn for_ever(mut self) {
        self.held.clear();
        // Whoever waits finds that the instance is gone.
        self.instance.turns().wake();
    }
}

impl Drop for Alone<'_> {
    fn drop(&mut self) {
        for slot in &self.held {
            self.instance.turns().give_back(slot, LIFECYCLE);
        }
    }
}

fn borrow(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast::<c_char>(), len: text.len() }
}

fn outcome(answer: &Result<Status, CallFault>) -> &'static str {
    match answer {
        Ok(Status::Success) => "success",
        Ok(Status::Failed) => "error",
        Err(fault) => fault.code(),
    }
}

/// The token of this thread if it is at work on no message, else what is no thread's; None where a handler would find too
/// little stack.
#[inline]
fn token_if_idle() -> Option<ThreadToken> {
    stack::has_room().then(|| Innermost::current().token_if_idle())
}
