//! The messages that this thread handles, as far as the border knows them: a chain of frames on the stack.

use crate::abi::{rp_message, rp_reply};
#[cfg(feature = "worker")]
use crate::platform::local;
use crate::platform::thread::Innermost;

/// What every frame begins with; `calls::frame` adds who handles the message.
#[repr(C)]
pub(crate) struct FrameHead {
    /// What the handler is passed. It lies here, so that whoever looks at the chain finds it at no cost for the call.
    pub(crate) message: rp_message,
    /// Where the response goes; the pointer that the module has.
    pub(crate) reply: *mut rp_reply,
    /// The message that this one is nested in.
    pub(crate) outer: Innermost,
}

/// Runs `work` as the handling of one message on this thread, in a process in which every frame is a bare head.
#[cfg(feature = "worker")]
pub(crate) fn enter_alone<R>(
    message: rp_message,
    reply: *mut rp_reply,
    work: impl FnOnce(&rp_message) -> R,
) -> R {
    local::with(|local| {
        let outer = Innermost::of(local);
        let frame = FrameHead { message, reply, outer };
        // SAFETY: the frame stays on this stack until the outer one is set again; in a worker nobody looks for more than its head.
        unsafe { Innermost::of_frame(std::ptr::from_ref(&frame).cast()).set(local) };
        let result = work(&frame.message);
        // SAFETY: the thread had it before.
        unsafe { outer.set(local) };
        result
    })
}

/// A reply of a message that this thread handles.
pub(crate) fn find_reply(is_meant: impl Fn(&*mut rp_reply) -> bool) -> Option<*mut rp_reply> {
    let head = |innermost: Innermost| {
        let frame = innermost.frame()?.cast::<FrameHead>();
        // SAFETY: by the contract of `Innermost::set` the address is that of a frame on this thread's stack, which is not
        // unlinked while this function runs; a frame begins with its head.
        Some(unsafe { &*frame })
    };
    std::iter::successors(head(Innermost::current()), |frame| head(frame.outer))
        .map(|frame| frame.reply)
        .find(is_meant)
}
