//! The host's functions, as a guest calls them: they check what the guest passes and go on to the native ones.

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::engine::{Ended, Engine, Signature, View};
use super::layout::{self, Message, Reply, Text};
use super::rooms::{self, Purpose, Rooms};
use super::state::State;
use crate::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_host, rp_message, rp_reply, rp_status, rp_str};
use crate::error::CallFault;

/// A start function or an initialiser called a function of the host, before the host moved in.
#[cold]
fn too_early() -> Ended {
    CallFault::Trap { text: "a function of the host was called before create".into(), frames: vec![] }.into()
}

fn rooms_of<E: Engine>(state: &State<E>) -> Result<Rooms, Ended> {
    state.rooms.ok_or_else(too_early)
}

/// The native `rp_host` of this instance.
fn native<E: Engine>(state: &State<E>) -> Result<&'static rp_host, Ended> {
    state.lent.ok_or_else(too_early)
}

/// Runs one of the functions below and looks at the clock on the way out: their work is the host's, which no engine counts.
pub(super) fn timed<V: View, R>(
    view: &mut V,
    work: impl FnOnce(&mut V) -> Result<R, Ended>,
) -> Result<R, Ended> {
    let result = work(view)?;
    view.state().look_at_clock()?;
    Ok(result)
}

/// What of the asker's reply the guest changed and may not: compared with what the host wrote there.
pub(super) fn touched(rooms: &Rooms, capacity: u32, reply: &Reply) -> Option<&'static str> {
    if reply.data != rooms.outbox.at {
        Some("data")
    } else if reply.capacity != capacity {
        Some("capacity")
    } else if reply.context != 0 {
        Some("context")
    } else if reply.grow != rooms.grow {
        Some("grow")
    } else if reply.len > reply.capacity {
        Some("len (it lies past the capacity)")
    } else {
        None
    }
}

/// What the guest sees as its reply's capacity: its room, but never more than the asker takes, or than its own `limit`.
///
/// # Safety
/// `reply` is the asker's, alive (rule 1).
#[inline]
pub(super) unsafe fn visible_capacity(rooms: &Rooms, limit: usize, reply: *mut rp_reply) -> u32 {
    // SAFETY: the caller knows the reply to be alive; nothing of it is written.
    let limit = unsafe { crate::border::caller_reply::limit_of(reply) }.min(limit);
    u32::try_from(limit).map_or(rooms.outbox.size, |limit| limit.min(rooms.outbox.size))
}

/// `rp_reply.grow` of the replies that the host owns.
pub(super) fn grow<V: View>(view: &mut V, reply: u32, additional: u32) -> Result<rp_status, Ended> {
    let mut rooms = rooms_of(view.state())?;
    let (native, limit) = (view.state().reply, view.state().growth.reply());
    if native.is_null() || reply != rooms.reply() {
        return Ok(RP_ERR_NO_MEMORY);
    }
    let found = Reply::read(view.memory(), reply)?;
    // SAFETY: `deliver` set `State::reply`, and `collect` takes it back before the asker's reply ends.
    let capacity = unsafe { visible_capacity(&rooms, limit, native) };
    if let Some(field) = touched(&rooms, capacity, &found) {
        view.state().tampered = Some(field);
        return Ok(RP_ERR_NO_MEMORY);
    }
    let needed = found.len as usize + additional as usize;
    if !view.state().growth.allows_reply(needed) {
        return Ok(RP_ERR_NO_MEMORY);
    }
    // The asker's own reply makes room for the copy and knows the limit.
    // SAFETY: the reply is the asker's, alive and this call's alone (rule 1); `grow` is never NULL.
    let status = unsafe { (*native).grow.map_or(RP_ERR_NO_MEMORY, |grow| grow(native, needed)) };
    let (RP_OK, Ok(needed)) = (status, u32::try_from(needed)) else { return Ok(RP_ERR_NO_MEMORY) };
    if needed > rooms.outbox.size && !rooms::enlarge(view, &mut rooms, Purpose::Outbox, needed, found.len)? {
        return Ok(RP_ERR_NO_MEMORY);
    }
    view.state().rooms = Some(rooms);
    // SAFETY: the same reply, in the same call.
    let capacity = unsafe { visible_capacity(&rooms, limit, native) };
    let grown = Reply { data: rooms.outbox.at, capacity, ..found };
    layout::slice_mut(view.memory(), "a reply", reply, layout::REPLY)?.copy_from_slice(&grown.to_bytes());
    Ok(RP_OK)
}

/// A reply that the guest passed on to `send`, and the way back to it.
struct Passed<'a, V> {
    view: &'a mut V,
    address: u32,
    /// Why the guest's code ended while it made room.
    ended: Option<Ended>,
}

/// `rp_host.send`.
pub(super) fn send<V: View>(view: &mut V, message: u32, reply: u32) -> Result<rp_status, Ended> {
    let lent = native(view.state())?;
    let (Some(send), false) = (lent.send, message == 0 || reply == 0) else { return Ok(RP_ERR_NO_MEMORY) };
    let target = Reply::read(view.memory(), reply)?;
    if target.struct_size < layout::REPLY {
        return Ok(RP_ERR_NO_MEMORY);
    }
    let memory = view.memory();
    let message = native_message(memory, &Message::read(memory, message)?)?;
    let data = room_of(memory, &target)?;
    let mut passed = Passed { view, address: reply, ended: None };
    let mut native_reply = rp_reply {
        struct_size: size_of::<rp_reply>() as u32,
        flags: 0,
        context: (&raw mut passed).cast(),
        data,
        len: target.len as usize,
        capacity: target.capacity as usize,
        grow: Some(grow_passed::<V>),
    };
    // SAFETY: the message's texts lie in the guest's memory, which nobody writes while the guest waits, and are read
    // before the first `grow`; the reply's room was checked, and `grow_passed` checks it again where it moves.
    let status = unsafe { send(lent, &message, &raw mut native_reply) };
    let Passed { view, ended, .. } = passed;
    if let Some(ended) = ended {
        return Err(ended);
    }
    let len = u32::try_from(native_reply.len).unwrap_or(target.len);
    Reply::write_len(view.memory(), reply, len)?;
    Ok(status)
}

/// A guest's message with pointers into its memory.
fn native_message(memory: &[u8], message: &Message) -> Result<rp_message, Ended> {
    let is_whole = message.struct_size >= layout::MESSAGE;
    Ok(rp_message {
        struct_size: if is_whole { size_of::<rp_message>() as u32 } else { 0 },
        flags: message.flags,
        id: message.id,
        cause: message.cause,
        r#type: native_text(memory, "the type of a message", message.message_type)?,
        payload: native_text(memory, "the payload of a message", message.payload)?,
    })
}

fn native_text(memory: &[u8], what: &'static str, text: Text) -> Result<rp_str, Ended> {
    let bytes = layout::slice(memory, what, text.data, text.len)?;
    let data = if text.data == 0 { core::ptr::null() } else { bytes.as_ptr().cast::<c_char>() };
    Ok(rp_str { data, len: bytes.len() })
}

/// Where a reply's bytes lie; NULL is as good as any address while there is no room.
fn room_of(memory: &mut [u8], reply: &Reply) -> Result<*mut c_char, Ended> {
    if reply.len > reply.capacity {
        let what = "a reply whose len lies past its capacity,";
        return Err(CallFault::BadPointer { what, address: reply.data, len: reply.len }.into());
    }
    let room = layout::slice_mut(memory, "the room of a reply", reply.data, reply.capacity)?;
    Ok(room.as_mut_ptr().cast())
}

/// Makes room in a reply that a guest passed on: asks the guest's own `grow`, or the host's for the asker's reply.
unsafe extern "C" fn grow_passed<V: View>(reply: *mut rp_reply, additional: usize) -> rp_status {
    // SAFETY: `send` above made the reply and its context; both live until it returns, and nothing else uses them.
    let (reply, passed) = unsafe { (&mut *reply, &mut *(*reply).context.cast::<Passed<'_, V>>()) };
    let Ok(additional) = u32::try_from(additional) else { return RP_ERR_NO_MEMORY };
    let grown = catch_unwind(AssertUnwindSafe(|| grow_guest_reply(passed.view, passed.address, additional)));
    match grown {
        Ok(Ok(Some((target, data)))) => {
            reply.data = data;
            reply.capacity = target.capacity as usize;
            RP_OK
        }
        Ok(Ok(None)) => RP_ERR_NO_MEMORY,
        Ok(Err(ended)) => {
            passed.ended = Some(ended);
            RP_ERR_NO_MEMORY
        }
        Err(_) => {
            passed.ended = Some(CallFault::Engine("it panicked".into()).into());
            RP_ERR_NO_MEMORY
        }
    }
}

fn grow_guest_reply<V: View>(
    view: &mut V,
    address: u32,
    additional: u32,
) -> Result<Option<(Reply, *mut c_char)>, Ended> {
    let rooms = rooms_of(view.state())?;
    let before = Reply::read(view.memory(), address)?;
    let status = if before.grow == rooms.grow {
        grow(view, address, additional)?
    } else {
        let function = view.function_at(before.grow, Signature::Map2).ok_or(CallFault::BadFunction {
            what: "the grow of a reply",
            index: before.grow,
            expected: Signature::Map2.as_str(),
        })?;
        view.call_back(&function, [address, additional, 0])?.cast_signed()
    };
    if status != RP_OK {
        return Ok(None);
    }
    let after = Reply::read(view.memory(), address)?;
    let data = room_of(view.memory(), &after)?;
    // Less room than it promised is no room; the one who writes looks at the capacity again.
    Ok((after.len == before.len).then_some((after, data)))
}

/// `rp_host.write_log`.
pub(super) fn write_log<V: View>(
    view: &mut V,
    message_id: u64,
    level: i32,
    text: u32,
    len: u32,
) -> Result<(), Ended> {
    let lent = native(view.state())?;
    let Some(write_log) = lent.write_log.filter(|_| text != 0) else { return Ok(()) };
    let text = layout::slice(view.memory(), "a line of log", text, len)?;
    // SAFETY: the text lies in the guest's memory, which nobody writes until the call returns.
    unsafe { write_log(lent, message_id, level, text.as_ptr().cast(), text.len()) };
    Ok(())
}

/// `rp_host.cancelled`.
pub(super) fn cancelled<V: View>(view: &mut V, message_id: u64) -> i32 {
    // SAFETY: rule 11: the host's own function gets the pointer that it stands behind.
    let ask = |lent: &'static rp_host| Some(unsafe { lent.cancelled?(lent, message_id) });
    view.state().lent.and_then(ask).unwrap_or(0)
}

/// `rp_host.now_us`.
pub(super) fn now_us<V: View>(view: &mut V) -> i64 {
    // SAFETY: rule 11: the host's own function gets the pointer that it stands behind.
    let ask = |lent: &'static rp_host| Some(unsafe { lent.now_us?(lent) });
    view.state().lent.and_then(ask).unwrap_or(0)
}

/// `rp_host.random`.
pub(super) fn random<V: View>(view: &mut V, data: u32, len: u32) -> Result<(), Ended> {
    let lent = native(view.state())?;
    let Some(random) = lent.random.filter(|_| len != 0) else { return Ok(()) };
    let bytes = layout::slice_mut(view.memory(), "room for random bytes", data, len)?;
    // SAFETY: the bytes lie in the guest's memory, and nobody else uses them until the call returns.
    unsafe { random(lent, bytes.as_mut_ptr().cast::<c_void>(), bytes.len()) };
    Ok(())
}
