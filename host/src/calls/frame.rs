//! The messages that this thread handles: a chain of frames on the stack, innermost first.

use std::ptr;
use std::time::Instant;

use crate::abi::{rp_host, rp_message, rp_reply};
use crate::border::frame::FrameHead;
use crate::border::message_id::MessageId;
use crate::calls::instance::InstanceState;
use crate::calls::slots::{Slot, from_deadline_ns};
use crate::error::CallFault;
use crate::platform::local::Local;
use crate::platform::thread::{Innermost, ThreadToken};

/// One message that this thread handles.
#[repr(C)]
pub(crate) struct Frame<'a> {
    /// First, since the border knows a frame by its head.
    pub(crate) head: FrameHead,
    pub(crate) instance: &'a InstanceState,
    pub(crate) slot: &'a Slot,
    /// The id as it was made: the handler could change the one in the head's message.
    pub(crate) id: MessageId,
}

impl<'a> Frame<'a> {
    /// This message and those of this thread in whose service it is, innermost first.
    pub(crate) fn chain(&self) -> impl Iterator<Item = &Frame<'a>> {
        std::iter::successors(Some(self), |frame| {
            // SAFETY: an outer frame lives on this thread's stack for longer than the inner one, which is borrowed.
            unsafe { frame_at(frame.head.outer) }
        })
    }
}

/// The frame that `place` leads to, if any.
///
/// # Safety
/// `place` was the innermost of this thread, and its frame lives for `'f`.
#[inline]
unsafe fn frame_at<'f, 'a>(place: Innermost) -> Option<&'f Frame<'a>> {
    let frame = place.frame()?;
    // SAFETY: `Innermost::set` takes addresses of whole frames only, and the caller knows this one to live for `'f`.
    Some(unsafe { &*frame.cast::<Frame<'a>>() })
}

/// Calls `work` with the innermost message of this thread.
#[inline]
pub(crate) fn with_innermost<R>(work: impl FnOnce(Option<&Frame<'_>>) -> R) -> R {
    // SAFETY: `enter` unlinks a frame before it ends, and what runs inside `work` unlinks only what it linked.
    work(unsafe { frame_at(Innermost::current()) })
}

/// Runs `work` as the handling of one message on this thread, whose place `local` is, nested in `outer`, its innermost one.
#[inline]
pub(crate) fn enter<R>(
    local: &Local,
    outer: Innermost,
    instance: &InstanceState,
    slot: &Slot,
    message: rp_message,
    reply: *mut rp_reply,
    work: impl FnOnce(&rp_message) -> R,
) -> R {
    let id = MessageId(message.id);
    let frame = Frame { head: FrameHead { message, reply, outer }, instance, slot, id };
    let _unlink = Unlink(local, outer);
    // SAFETY: the frame stays on this stack until `_unlink`, which is dropped before it, has set the outer one again.
    unsafe { Innermost::of_frame(ptr::from_ref(&frame).cast()).set(local) };
    work(&frame.head.message)
}

/// A frame for many messages, one after the other, each of which is the only one of its thread.
pub(crate) struct LastingFrame<'a>(Box<Frame<'a>>);

impl<'a> LastingFrame<'a> {
    /// `thread` is the one that enters it.
    pub(crate) fn new(
        thread: ThreadToken,
        instance: &'a InstanceState,
        slot: &'a Slot,
        none: rp_message,
    ) -> Self {
        let head = FrameHead { message: none, reply: ptr::null_mut(), outer: Innermost::none(thread) };
        LastingFrame(Box::new(Frame { head, instance, slot, id: MessageId::NONE }))
    }

    /// Runs `work`, which does not panic, as the handling of one message. `idle` is the innermost of this thread, which is that of
    /// `new` and handles no other message.
    #[inline(always)]
    pub(crate) fn enter<R>(
        &mut self,
        local: &Local,
        idle: Innermost,
        message: rp_message,
        reply: *mut rp_reply,
        work: impl FnOnce(*const rp_message) -> R,
    ) -> R {
        self.0.id = MessageId(message.id);
        self.0.head.message = message;
        self.0.head.reply = reply;
        let frame = &raw mut *self.0;
        // SAFETY: the frame stays where it is until the thread is idle again: it is boxed, and borrowed meanwhile.
        unsafe { Innermost::of_frame(frame.cast_const().cast()).set(local) };
        // SAFETY: as above.
        let result = work(unsafe { &raw const (*frame).head.message });
        // SAFETY: the thread had it before.
        unsafe { idle.set(local) };
        result
    }
}

/// Takes a frame out of the chain, also when the host panics inside it.
struct Unlink<'l>(&'l Local, Innermost);

impl Drop for Unlink<'_> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: the thread had it before `enter` linked the frame that ends now, and whatever it leads to lives on below.
        unsafe { self.1.set(self.0) };
    }
}

/// The deadline of the message that this thread handles for the instance of `table`.
pub(crate) fn deadline(table: &rp_host) -> Option<Instant> {
    with_innermost(|frame| {
        let frame = frame.filter(|frame| ptr::eq(frame.instance.host.table, table))?;
        from_deadline_ns(frame.slot.inheritance(frame.id).deadline_ns)
    })
}

/// If the answer to the message that this thread handles for the instance of `table` is no longer wanted, the reason.
/// While that instance begins or ends there is no such message, and the thread's innermost message is another
/// instance's.
pub(crate) fn unwanted(table: &rp_host) -> Option<CallFault> {
    with_innermost(|frame| {
        let frame = frame.filter(|frame| ptr::eq(frame.instance.host.table, table))?;
        if frame.slot.has_expired() {
            Some(CallFault::ExpiredAtWork)
        } else {
            frame.slot.is_cancelled(frame.id).then_some(CallFault::CancelledAtWork)
        }
    })
}
