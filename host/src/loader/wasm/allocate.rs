//! Allocates the host's buffers with the guest's allocator. They are allocated once and used again for every message.

use super::buffers::{Allocator, GuestBuffer, GuestBuffers, STRUCTS};
use super::ended::Ended;
use super::engine::View;
use crate::error::CallFault;

/// The first size of the request and the response buffer; most messages need no more.
const FIRST: u32 = 4096;

/// Allocates the first buffers.
pub(super) fn allocate_buffers<V: View>(
    view: &mut V,
    allocator: &Allocator<V::Function>,
    grow: u32,
) -> Result<GuestBuffers, Ended> {
    let owned = &mut Vec::with_capacity(3);
    let structs = allocate_first(view, allocator, STRUCTS, owned)?;
    let request = allocate_first(view, allocator, FIRST, owned)?;
    let response = allocate_first(view, allocator, FIRST, owned)?;
    Ok(GuestBuffers { structs, request, response, grow })
}

fn allocate_first<V: View>(
    view: &mut V,
    allocator: &Allocator<V::Function>,
    size: u32,
    owned: &mut Vec<GuestBuffer>,
) -> Result<GuestBuffer, Ended> {
    let buffer = allocate(view, allocator, size, owned)?.ok_or(CallFault::NoMemory)?;
    owned.push(buffer);
    Ok(buffer)
}

/// Asks the guest for memory; `None` if it has none. It must not overlap what the host owns already.
fn allocate<V: View>(
    view: &mut V,
    allocator: &Allocator<V::Function>,
    size: u32,
    owned: &[GuestBuffer],
) -> Result<Option<GuestBuffer>, Ended> {
    let at = view.call_back(&allocator.alloc, [size, 0, 0])?;
    if at == 0 {
        return Ok(None);
    }
    let end = u64::from(at) + u64::from(size);
    let overlaps = |other: &GuestBuffer| {
        u64::from(at) < u64::from(other.at) + u64::from(other.size) && u64::from(other.at) < end
    };
    let why = if end > view.memory().len() as u64 {
        "lies outside its memory"
    } else if !at.is_multiple_of(8) {
        "is not aligned to 8 bytes"
    } else if owned.iter().any(overlaps) {
        "overlaps memory that the host already has"
    } else {
        view.remember_memory();
        return Ok(Some(GuestBuffer { at, size }));
    };
    Err(CallFault::BadRoom { function: allocator.name, size, address: at, why }.into())
}

/// A buffer that can grow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Request,
    Response,
}

/// Enlarges a buffer and keeps its first `keep` bytes; false if the guest has no memory, and nothing has changed then.
#[cold]
pub(super) fn enlarge<V: View>(
    view: &mut V,
    buffers: &mut GuestBuffers,
    which: Which,
    needed: u32,
    keep: u32,
) -> Result<bool, Ended> {
    let allocator = view.state().allocator.clone().ok_or(CallFault::NoMemory)?;
    let old = match which {
        Which::Request => buffers.request,
        Which::Response => buffers.response,
    };
    let owned = [buffers.structs, buffers.request, buffers.response];
    let size = needed.max(old.size.saturating_mul(2));
    let mut found = allocate(view, &allocator, size, &owned)?;
    if found.is_none() && size > needed {
        found = allocate(view, &allocator, needed, &owned)?;
    }
    let Some(new) = found else { return Ok(false) };
    let (from, to) = (old.at as usize, new.at as usize);
    view.memory().copy_within(from..from + keep.min(old.size) as usize, to);
    match which {
        Which::Request => buffers.request = new,
        Which::Response => buffers.response = new,
    }
    view.call_back(&allocator.free, [old.at, old.size, 0])?;
    Ok(true)
}
