//! The way of a message into a guest's memory.

use super::allocate::{Which, enlarge};
use super::ended::{Answered, Ended};
use super::engine::View;
use super::layout::{MESSAGE, Message, REPLY, Reply, Text, array_mut, slice_mut};
use super::response::visible_capacity;
use crate::abi::{rp_message, rp_reply};
use crate::error::CallFault;

/// Makes sure that the request buffer holds `needed` bytes; false if the guest has no memory for them.
#[inline]
pub(super) fn reserve_request<V: View>(view: &mut V, needed: usize) -> Result<bool, Ended> {
    match &view.state().buffers {
        Some(buffers) if needed <= buffers.request.size as usize => Ok(true),
        _ => enlarge_request(view, needed),
    }
}

#[cold]
fn enlarge_request<V: View>(view: &mut V, needed: usize) -> Result<bool, Ended> {
    let mut buffers = view.state().buffers.ok_or(CallFault::NoMemory)?;
    let Ok(needed) = u32::try_from(needed) else { return Ok(false) };
    let is_larger = enlarge(view, &mut buffers, Which::Request, needed, 0)?;
    if is_larger {
        view.state().buffers = Some(buffers);
    }
    Ok(is_larger)
}

/// The result of a message that did not fit. It never reached the guest, which is unchanged.
#[cold]
pub(super) fn no_room<V: View>(view: &mut V) -> Answered {
    Answered::fault(view.state().growth.reached().unwrap_or(CallFault::NoMemory))
}

/// Writes a message and an empty reply into the guest's memory; returns where they are, or `None` if the guest has no memory for
/// the texts.
///
/// # Safety
/// `reply` is the caller's, and valid until [`collect`](super::response::collect) ends the call that begins here.
#[inline]
pub(super) unsafe fn deliver<V: View>(
    view: &mut V,
    message: &rp_message,
    message_type: &[u8],
    payload: &[u8],
    reply: *mut rp_reply,
) -> Result<Option<[u32; 2]>, Ended> {
    if !reserve_request(view, message_type.len() + payload.len())? {
        return Ok(None);
    }
    let (memory, state) = view.known_parts();
    state.reply = reply;
    state.tampered = None;
    let buffers = state.allocated()?;
    // The lengths fit, since the buffer holds both texts.
    let (type_len, payload_len) = (message_type.len() as u32, payload.len() as u32);
    // SAFETY: the caller promises a valid reply.
    let capacity = unsafe { visible_capacity(buffers, state.growth.reply(), reply) };
    let message = Message {
        struct_size: MESSAGE,
        flags: message.flags,
        // SAFETY: the message is valid. Two loads, since the caller has just written both numbers: one load of two stores waits.
        id: unsafe { (&raw const message.id).read_volatile() },
        cause: message.cause,
        // The payload comes first, where the buffer is aligned: libc copies several times slower from other addresses.
        message_type: Text { data: buffers.request.at + payload_len, len: type_len },
        payload: Text { data: buffers.request.at, len: payload_len },
    };
    let empty = Reply {
        struct_size: REPLY,
        context: 0,
        data: buffers.response.at,
        len: 0,
        capacity,
        grow: buffers.grow,
    };
    let texts = slice_mut(memory, "the host's buffer", buffers.request.at, type_len + payload_len)?;
    let (to_payload, to_type) = texts.split_at_mut(payload.len());
    to_type.copy_from_slice(message_type);
    to_payload.copy_from_slice(payload);
    let at = [buffers.message(), buffers.reply()];
    message.write(array_mut(memory, "the host's buffer", at[0])?);
    empty.write(array_mut(memory, "the host's buffer", at[1])?);
    state.capacity = capacity;
    Ok(Some(at))
}
