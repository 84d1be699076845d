//! A reply that somebody else owns, as the host writes into it (rule 1).

use core::mem::size_of;
use core::ptr;

use crate::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_reply, rp_status};
use crate::border::borrowed::is_plausible;
use crate::border::reply::is_copy;

/// Whether a module's reply is one that can be written.
///
/// # Safety
/// `reply` is not NULL, and as much of it is there as its struct_size says.
pub(crate) unsafe fn is_whole(reply: *const rp_reply) -> bool {
    // SAFETY: aligned; struct_size comes first, and nothing past it is read.
    reply.is_aligned() && unsafe { reply.cast::<u32>().read() } as usize >= size_of::<rp_reply>()
}

/// The most bytes that a reply takes without being asked for more: the limit of one that the host owns, the room that any
/// other has left.
///
/// # Safety
/// `reply` is valid (rule 1).
#[cfg(feature = "wasm")]
pub(crate) unsafe fn limit_of(reply: *const rp_reply) -> usize {
    // SAFETY: the caller knows the reply to be valid.
    unsafe { crate::border::reply::limit_of(reply).unwrap_or_else(|| room(reply)) }
}

/// Appends to an asker's reply, by rule 1; answers the status for `send`.
///
/// # Safety
/// `reply` is valid and used by nobody else during the call (rules 1 and 3).
pub(crate) unsafe fn write_to_asker(reply: *mut rp_reply, bytes: &[u8]) -> rp_status {
    // SAFETY: the caller lends a valid reply.
    let has_room = unsafe { !is_copy(reply) && make_room(reply, bytes.len()) };
    if !has_room {
        return RP_ERR_NO_MEMORY;
    }
    if !bytes.is_empty() {
        // SAFETY: `room` holds the bytes behind data + len, which the asker owns (rule 1); the source is the host's.
        unsafe {
            let end = (*reply).data.cast::<u8>().add((*reply).len);
            ptr::copy_nonoverlapping(bytes.as_ptr(), end, bytes.len());
            (*reply).len += bytes.len();
        }
    }
    RP_OK
}

/// Whether the bytes fit, once the owner was asked for room where there was too little.
///
/// # Safety
/// As for `write_to_asker`.
unsafe fn make_room(reply: *mut rp_reply, bytes: usize) -> bool {
    // SAFETY: the caller lends a valid reply; `grow` may change its fields, so they are read again.
    unsafe {
        let Some(grow) = (*reply).grow else { return false };
        room(reply) >= bytes || (grow(reply, bytes) == RP_OK && room(reply) >= bytes)
    }
}

/// The room behind the text; none where the fields cannot be true.
///
/// # Safety
/// `reply` is valid (rule 1).
unsafe fn room(reply: *const rp_reply) -> usize {
    // SAFETY: the caller knows the reply to be valid.
    let (data, len, capacity) = unsafe { ((*reply).data, (*reply).len, (*reply).capacity) };
    if data.is_null() || !is_plausible(capacity) { 0 } else { capacity.saturating_sub(len) }
}
