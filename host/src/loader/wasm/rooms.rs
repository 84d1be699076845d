//! The host's room in a guest's memory: the guest's allocator gives it, once, and the host uses it again and again.

use super::engine::{Ended, Engine, View};
use super::layout;
use crate::error::CallFault;

/// What the first room for texts and for the response has; most messages need no more.
const FIRST: u32 = 4096;
/// The structs that a call passes: host, message and reply, one behind the other.
const STRUCTS: u32 = layout::HOST + layout::MESSAGE + layout::REPLY;

/// A piece of the guest's memory, checked to lie in it. Memory never shrinks, so it stays there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    pub(super) at: u32,
    pub(super) size: u32,
}

/// The functions that give and take memory.
#[derive(Clone)]
pub(super) struct Allocator<E: Engine> {
    pub(super) alloc: E::Function,
    pub(super) free: E::Function,
    /// `rp_free` is told the size, the `free` of C is not; an engine passes what the function's type takes.
    pub(super) name: &'static str,
}

/// The rooms of one instance.
#[derive(Clone, Copy)]
pub(super) struct Rooms {
    structs: Room,
    pub(super) inbox: Room,
    pub(super) outbox: Room,
    /// Index of the host's `grow` in the guest's table.
    pub(super) grow: u32,
}

impl Rooms {
    pub(super) fn host(&self) -> u32 {
        self.structs.at
    }

    pub(super) fn message(&self) -> u32 {
        self.structs.at + layout::HOST
    }

    pub(super) fn reply(&self) -> u32 {
        self.message() + layout::MESSAGE
    }
}

/// Takes the first rooms.
pub(super) fn furnish<V: View>(
    view: &mut V,
    allocator: &Allocator<V::Engine>,
    grow: u32,
) -> Result<Rooms, Ended> {
    let taken = &mut Vec::with_capacity(3);
    let structs = first(view, allocator, STRUCTS, taken)?;
    let inbox = first(view, allocator, FIRST, taken)?;
    let outbox = first(view, allocator, FIRST, taken)?;
    Ok(Rooms { structs, inbox, outbox, grow })
}

fn first<V: View>(
    view: &mut V,
    allocator: &Allocator<V::Engine>,
    size: u32,
    taken: &mut Vec<Room>,
) -> Result<Room, Ended> {
    let room = take(view, allocator, size, taken)?.ok_or(CallFault::NoMemory)?;
    taken.push(room);
    Ok(room)
}

/// Asks the guest for memory; `None` where it has none. What it gives must not lie in what it gave before.
fn take<V: View>(
    view: &mut V,
    allocator: &Allocator<V::Engine>,
    size: u32,
    taken: &[Room],
) -> Result<Option<Room>, Ended> {
    let at = view.call_back(&allocator.alloc, [size, 0, 0])?;
    if at == 0 {
        return Ok(None);
    }
    let end = u64::from(at) + u64::from(size);
    let overlaps = |other: &Room| {
        u64::from(at) < u64::from(other.at) + u64::from(other.size) && u64::from(other.at) < end
    };
    let why = if end > view.memory().len() as u64 {
        "lies outside its memory"
    } else if !at.is_multiple_of(8) {
        "is not aligned to 8 bytes"
    } else if taken.iter().any(overlaps) {
        "overlaps memory that the host already has"
    } else {
        return Ok(Some(Room { at, size }));
    };
    Err(CallFault::BadRoom { function: allocator.name, size, address: at, why }.into())
}

/// Which room.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Inbox,
    Outbox,
}

/// Makes a room larger, keeping its first `keep` bytes; false where the guest has no memory, and nothing changed then.
#[cold]
pub(super) fn enlarge<V: View>(
    view: &mut V,
    rooms: &mut Rooms,
    purpose: Purpose,
    needed: u32,
    keep: u32,
) -> Result<bool, Ended> {
    let allocator = view.state().allocator.clone().ok_or(CallFault::NoMemory)?;
    let old = match purpose {
        Purpose::Inbox => rooms.inbox,
        Purpose::Outbox => rooms.outbox,
    };
    let taken = [rooms.structs, rooms.inbox, rooms.outbox];
    let size = needed.max(old.size.saturating_mul(2));
    let mut found = take(view, &allocator, size, &taken)?;
    if found.is_none() && size > needed {
        found = take(view, &allocator, needed, &taken)?;
    }
    let Some(new) = found else { return Ok(false) };
    let (from, to) = (old.at as usize, new.at as usize);
    view.memory().copy_within(from..from + keep.min(old.size) as usize, to);
    match purpose {
        Purpose::Inbox => rooms.inbox = new,
        Purpose::Outbox => rooms.outbox = new,
    }
    view.call_back(&allocator.free, [old.at, old.size, 0])?;
    Ok(true)
}
