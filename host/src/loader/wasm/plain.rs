//! The plain profile in a sandbox: the functions of `rp_plain.h`, with texts in the guest's memory.

use super::engine::{Ended, Engine, View};
use super::guest::{Answered, no_room, reserve_inbox};
use super::layout;
use crate::abi::{RP_OK, rp_reply};
use crate::border::caller_reply::write_to_asker;
use crate::error::CallFault;
use crate::loader::plain::status_of;

/// The functions of `rp_plain.h`.
pub(super) struct PlainFunctions<E: Engine> {
    pub(super) create_module: E::Function,
    pub(super) handle_message: E::Function,
    pub(super) free_string: E::Function,
    pub(super) destroy_module: E::Function,
    pub(super) get_module_metadata: Option<E::Function>,
}

/// The text that starts at an address and ends at its NUL, the NUL left out.
pub(super) fn terminated<'a>(memory: &'a [u8], what: &'static str, address: u32) -> Result<&'a [u8], Ended> {
    let rest = memory.get(address as usize..).unwrap_or_default();
    let end = memchr::memchr(0, rest);
    let len = u32::try_from(rest.len()).unwrap_or(u32::MAX);
    end.map(|end| &rest[..end]).ok_or_else(|| CallFault::BadPointer { what, address, len }.into())
}

/// Answers a message of the ABI through the plain functions.
///
/// # Safety
/// `reply` is the asker's, alive and this call's alone (rule 1).
pub(super) unsafe fn answer<V: View>(
    view: &mut V,
    functions: &PlainFunctions<V::Engine>,
    module: u32,
    message_type: &[u8],
    payload: &[u8],
    reply: *mut rp_reply,
) -> Result<Answered, Ended> {
    for (name, text) in [("type", message_type), ("payload", payload)] {
        if memchr::memchr(0, text).is_some() {
            return Ok(Answered::Judged(CallFault::RawNul(name)));
        }
    }
    let Some(rooms) = reserve_inbox(view, message_type.len() + payload.len() + 2)? else {
        return Ok(no_room(view));
    };
    // The payload first, where the room is aligned. The lengths fit, since the inbox holds both texts.
    let (payload_at, type_at) = (rooms.inbox.at, rooms.inbox.at + payload.len() as u32 + 1);
    for (at, text) in [(payload_at, payload), (type_at, message_type)] {
        let room = layout::slice_mut(view.memory(), "the host's room", at, text.len() as u32 + 1)?;
        room[..text.len()].copy_from_slice(text);
        room[text.len()] = 0;
    }
    let answer = view.call(&functions.handle_message, [module, type_at, payload_at])?;
    if answer == 0 {
        return Ok(Answered::Judged(view.state().growth.reached().unwrap_or(CallFault::PlainNull)));
    }
    let (memory, state) = view.parts();
    let text = terminated(memory, "a response", answer)?;
    let answered = if state.growth.allows_reply(text.len()) {
        // SAFETY: the caller's promise.
        let written = unsafe { write_to_asker(reply, text) };
        Answered::Status(if written == RP_OK { status_of(text) } else { written })
    } else {
        Answered::Judged(CallFault::LimitReply { limit: state.growth.reply() })
    };
    view.call(&functions.free_string, [answer, 0, 0])?;
    Ok(answered)
}
