//! Writing into a reply that the caller owns (rule 1).

use core::mem::size_of;
use core::ptr;

use crate::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_reply, rp_status};
use crate::border::borrowed::is_plausible;
use crate::border::reply::is_copy;

/// Whether a reply that a module passed can be written to.
///
/// # Safety
/// `reply` is not NULL, and if it is aligned, its struct_size can be read.
pub(crate) unsafe fn is_whole(reply: *const rp_reply) -> bool {
    // SAFETY: it is aligned, struct_size comes first, and nothing past it is read.
    reply.is_aligned() && unsafe { reply.cast::<u32>().read() } as usize >= size_of::<rp_reply>()
}

/// The most bytes that a reply can take: the limit of a reply that the host owns, or the room that is left in any other.
///
/// # Safety
/// `reply` is valid (rule 1).
#[cfg(feature = "wasm")]
pub(crate) unsafe fn limit_of(reply: *const rp_reply) -> usize {
    // SAFETY: the caller promises a valid reply, which is all that both functions ask for.
    unsafe { crate::border::reply::limit_of(reply).unwrap_or_else(|| room(reply)) }
}

/// Appends to the caller's reply, by rule 1; returns the status for the caller.
///
/// # Safety
/// `reply` is valid and used by nobody else during the call (rules 1 and 3).
#[inline]
pub(crate) unsafe fn write_to_caller(reply: *mut rp_reply, bytes: &[u8]) -> rp_status {
    // SAFETY: the reply is valid and nobody else uses it, which is all that both functions ask for.
    let has_room = unsafe { !is_copy(reply) && make_room(reply, bytes.len()) };
    if !has_room {
        return RP_ERR_NO_MEMORY;
    }
    if !bytes.is_empty() {
        // SAFETY: `make_room` found room for the bytes at data + len (rule 1); they are borrowed, so no part of that room.
        unsafe {
            let end = (*reply).data.cast::<u8>().add((*reply).len);
            ptr::copy_nonoverlapping(bytes.as_ptr(), end, bytes.len());
            (*reply).len += bytes.len();
        }
    }
    RP_OK
}

/// Room for exactly so many bytes at the end of a reply that the host owns; [`add`] makes them part of the text. `None` if there
/// is no such room.
///
/// # Safety
/// `reply` is valid, a host's own, and used by nobody else for `'a` (rules 1 and 3).
#[cfg(feature = "isolated")]
pub(crate) unsafe fn room_at_end<'a>(reply: *mut rp_reply, len: usize) -> Option<&'a mut [u8]> {
    // SAFETY: the reply is valid and nobody else uses it. `make_room` found the room, all of which is initialised, since the
    // reply is the host's.
    unsafe {
        if !make_room(reply, len) {
            return None;
        }
        let end = (*reply).data.cast::<u8>().add((*reply).len);
        Some(core::slice::from_raw_parts_mut(end, len))
    }
}

/// Makes bytes part of a reply's text that were written into [`room_at_end`].
///
/// # Safety
/// `reply` is valid, used by nobody else (rules 1 and 3), and has room for them.
#[cfg(feature = "isolated")]
pub(crate) unsafe fn add(reply: *mut rp_reply, len: usize) {
    // SAFETY: the caller promises a valid reply.
    unsafe { (*reply).len += len }
}

/// Whether the bytes fit, after a call of `grow` if there was too little room.
///
/// # Safety
/// `reply` is valid and used by nobody else during the call (rules 1 and 3).
#[inline]
unsafe fn make_room(reply: *mut rp_reply, bytes: usize) -> bool {
    // SAFETY: the reply is valid, and `grow` gets the reply that holds it (rule 1). It may change fields, so they are read again.
    unsafe {
        let Some(grow) = (*reply).grow else { return false };
        room(reply) >= bytes || (grow(reply, bytes) == RP_OK && room(reply) >= bytes)
    }
}

/// The room after the text; 0 if the fields contradict each other.
///
/// # Safety
/// `reply` is valid (rule 1).
#[inline]
unsafe fn room(reply: *const rp_reply) -> usize {
    // SAFETY: the caller promises a valid reply, of which only fields are read.
    let (data, len, capacity) = unsafe { ((*reply).data, (*reply).len, (*reply).capacity) };
    if data.is_null() || !is_plausible(capacity) { 0 } else { capacity.saturating_sub(len) }
}
