//! The plain profile in a sandbox: the functions of `rp_plain.h`, with texts in the guest's memory.

use super::ended::{Answered, Ended};
use super::engine::View;
use super::layout;
use super::request::{no_room, reserve_request};
use crate::abi::{RP_OK, rp_reply};
use crate::border::caller_reply::write_to_caller;
use crate::error::CallFault;
use crate::loader::plain::status_of;

/// The functions of `rp_plain.h`.
pub(super) struct PlainFunctions<F> {
    pub(super) create_module: F,
    pub(super) handle_message: F,
    pub(super) free_string: F,
    pub(super) destroy_module: F,
    pub(super) get_module_metadata: Option<F>,
}

/// The text from an address to its NUL, without the NUL.
pub(super) fn terminated<'a>(memory: &'a [u8], what: &'static str, address: u32) -> Result<&'a [u8], Ended> {
    let rest = memory.get(address as usize..).unwrap_or_default();
    let end = memchr::memchr(0, rest);
    let len = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    end.map(|end| &rest[..end]).ok_or_else(|| CallFault::BadPointer { what, address, len }.into())
}

/// Answers a message of the ABI through the plain functions.
///
/// # Safety
/// `reply` is the caller's, valid, and used only by this call (rule 1).
pub(super) unsafe fn answer<V: View>(
    view: &mut V,
    functions: &PlainFunctions<V::Function>,
    module: u32,
    message_type: &[u8],
    payload: &[u8],
    reply: *mut rp_reply,
) -> Result<Answered, Ended> {
    for (name, text) in [("type", message_type), ("payload", payload)] {
        if memchr::memchr(0, text).is_some() {
            return Ok(Answered::fault(CallFault::RawNul(name)));
        }
    }
    if !reserve_request(view, message_type.len() + payload.len() + 2)? {
        return Ok(no_room(view));
    }
    // The payload comes first, where the buffer is aligned. The lengths fit, since the buffer holds both texts.
    let payload_at = view.state().allocated()?.request.at;
    let type_at = payload_at + payload.len() as u32 + 1;
    for (at, text) in [(payload_at, payload), (type_at, message_type)] {
        let room = layout::slice_mut(view.memory(), "the host's buffer", at, text.len() as u32 + 1)?;
        room[..text.len()].copy_from_slice(text);
        room[text.len()] = 0;
    }
    let answer = view.call(&functions.handle_message, [module, type_at, payload_at])?;
    if answer == 0 {
        return Ok(Answered::fault(view.state().growth.reached().unwrap_or(CallFault::PlainNull)));
    }
    let (memory, state) = view.parts();
    let text = terminated(memory, "a response", answer)?;
    let answered = if state.growth.allows_reply(text.len()) {
        // SAFETY: only this call uses the reply (rule 1), and the text lies in the guest's memory, not in the reply.
        let written = unsafe { write_to_caller(reply, text) };
        Answered::Status(if written == RP_OK { status_of(text) } else { written })
    } else {
        Answered::fault(CallFault::LimitReply { limit: state.growth.reply() })
    };
    view.call(&functions.free_string, [answer, 0, 0])?;
    Ok(answered)
}
