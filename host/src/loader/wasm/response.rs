//! The way of a response out of a guest's memory.

use core::ptr;

use super::buffers::GuestBuffers;
use super::ended::{Answered, Ended};
use super::engine::View;
use super::layout::{Reply, slice};
use crate::abi::{RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_reply};
use crate::border::caller_reply::{limit_of, write_to_caller};
use crate::error::CallFault;

/// The field of the caller's reply that the guest changed and may not change. It still has to be what the host wrote there.
#[inline]
pub(super) fn touched(buffers: &GuestBuffers, capacity: u32, reply: &Reply) -> Option<&'static str> {
    if reply.data != buffers.response.at {
        Some("data")
    } else if reply.capacity != capacity {
        Some("capacity")
    } else if reply.context != 0 {
        Some("context")
    } else if reply.grow != buffers.grow {
        Some("grow")
    } else if reply.len > reply.capacity {
        Some("len (it lies past the capacity)")
    } else {
        None
    }
}

/// The capacity of the reply as the guest sees it: that of the response buffer, but never more than the caller takes, nor more
/// than `limit`.
///
/// # Safety
/// `reply` is the caller's and valid (rule 1).
#[inline]
pub(super) unsafe fn visible_capacity(buffers: &GuestBuffers, limit: usize, reply: *mut rp_reply) -> u32 {
    // SAFETY: the caller promises a valid reply, and `limit_of` only reads it.
    let limit = unsafe { limit_of(reply) }.min(limit);
    u32::try_from(limit).map_or(buffers.response.size, |limit| limit.min(buffers.response.size))
}

/// Checks that the guest changed nothing that it may not change, and copies the response to the caller's reply.
///
/// # Safety
/// `reply` is the caller's, valid, and used only by this call (rule 1).
#[inline]
pub(super) unsafe fn collect<V: View>(
    view: &mut V,
    status: Result<u32, Ended>,
    reply: *mut rp_reply,
) -> Result<Answered, Ended> {
    let (memory, state) = view.known_parts();
    state.reply = ptr::null_mut();
    let status = status?.cast_signed();
    let buffers = state.allocated()?;
    let found = Reply::read(memory, buffers.reply())?;
    if let Some(field) = state.tampered.or_else(|| touched(buffers, state.capacity, &found)) {
        return Ok(Answered::fault(CallFault::Tampered(field)));
    }
    match status {
        RP_OK | RP_FAILED => {
            let response = slice(memory, "a response", found.data, found.len)?;
            // SAFETY: only this call uses the reply (rule 1), and the response lies in the guest's memory, not in the reply.
            let written = unsafe { write_to_caller(reply, response) };
            Ok(Answered::Status(if written == RP_OK { status } else { written }))
        }
        RP_ERR_NO_MEMORY => {
            let reached = state.growth.reached();
            Ok(reached.map_or(Answered::Status(status), Answered::fault))
        }
        _ => Ok(Answered::Status(status)),
    }
}
