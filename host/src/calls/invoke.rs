//! Crosses the border: runs the handler of an instance in a slot that is held, and classifies what came back.

use core::ffi::c_char;
use core::mem::size_of;

use crate::abi::{
    RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_ERR_PANIC, RP_FAILED, RP_OK, rp_message, rp_status, rp_str,
};
use crate::border::message::Status;
use crate::border::message_id::MessageId;
use crate::border::reply::Reply;
use crate::calls::frame;
use crate::calls::instance::{InstanceState, LifecycleState};
use crate::calls::slots::Slot;
use crate::error::CallFault;
use crate::platform::local::{self, Local};
use crate::platform::thread::Innermost;

/// A message's own id and its cause's.
#[derive(Clone, Copy)]
pub(crate) struct Ids {
    pub(crate) id: MessageId,
    pub(crate) cause: MessageId,
}

impl InstanceState {
    /// Runs the handler in a slot that is held for the message, and takes the response. `texts` are the message's type and
    /// payload.
    pub(super) fn invoke(
        &self,
        slot: &Slot,
        ids: Ids,
        texts: (&str, &str),
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        let status =
            local::with(|local| self.call_handler(local, slot, ids, texts, reply, Innermost::of(local)));
        match take(status, reply) {
            Some(answer) => Ok(answer),
            None => self.classify(status, slot, ids.id, reply),
        }
    }

    /// Calls the handler, nested in `outer`, the innermost message of this thread, whose place `local` is.
    // Else the texts would travel through memory: stored as four words, and loaded by two that wait for them.
    #[inline(always)]
    pub(super) fn call_handler(
        &self,
        local: &Local,
        slot: &Slot,
        ids: Ids,
        texts: (&str, &str),
        reply: &mut Reply,
        outer: Innermost,
    ) -> rp_status {
        let message = message(ids, texts);
        let raw_reply = reply.begin();
        let handler = self.handler;
        frame::enter(local, outer, self, slot, message, raw_reply, |message| {
            // SAFETY: `create` made the context and `destroy` has not run, since the slot is held and the instance was
            // found alive in it (rule 6); message and reply live until the call returns (rules 1 and 2).
            unsafe { (handler.function)(handler.context, message, raw_reply) }
        })
    }

    /// The outcome of a call that did not simply bring a response. The slot is still held.
    #[cold]
    pub(super) fn classify(
        &self,
        status: rp_status,
        slot: &Slot,
        id: MessageId,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
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
        id: MessageId,
        reply: &mut Reply,
    ) -> Result<Status, CallFault> {
        // SAFETY: the call has just returned, and whoever classifies its status holds its slot meanwhile.
        if let Some(verdict) = unsafe { self.guest.verdict(status) } {
            reply.abandon();
            if verdict.is_deadly {
                self.die(verdict.fault.code());
            }
            return Err(verdict.fault);
        }
        if status == RP_ERR_PANIC {
            reply.abandon();
            self.die(CallFault::Panic.code());
            return Err(CallFault::Panic);
        }
        reply.finish(false)?;
        let is_closing = || self.state() >= LifecycleState::Closing;
        Err(match status {
            RP_ERR_NO_MEMORY => CallFault::NoMemory,
            RP_ERR_CANCELLED if slot.has_expired() => CallFault::Expired,
            RP_ERR_CANCELLED if slot.is_cancelled(id) || is_closing() => CallFault::Cancelled,
            RP_ERR_CANCELLED => CallFault::CancelledUnasked,
            status => CallFault::UnknownStatus(status),
        })
    }
}

/// The message as a handler sees it. `texts` are its type and payload.
#[inline(always)]
pub(super) fn message(ids: Ids, texts: (&str, &str)) -> rp_message {
    rp_message {
        struct_size: size_of::<rp_message>() as u32,
        flags: 0,
        id: ids.id.0,
        cause: ids.cause.0,
        r#type: borrow(texts.0),
        payload: borrow(texts.1),
    }
}

/// The status of a response whose reply was left as it should be; `None` for what has to be classified.
#[inline(always)]
pub(super) fn take(status: rp_status, reply: &mut Reply) -> Option<Status> {
    const { assert!(RP_OK == 0 && RP_FAILED == 1) };
    // One way for both, since each way has all the comparisons of the reply in it.
    if status.cast_unsigned() > RP_FAILED.cast_unsigned() || !reply.take_untouched() {
        return None;
    }
    Some(if status == RP_OK { Status::Success } else { Status::Failed })
}

#[inline]
fn borrow(text: &str) -> rp_str {
    rp_str { data: text.as_ptr().cast::<c_char>(), len: text.len() }
}
