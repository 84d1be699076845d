//! The host's functions as a guest calls them. They check what the guest passes and call the native ones.

use core::ffi::{c_char, c_void};
use core::mem::size_of;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::allocate::{Which, enlarge};
use super::buffers::GuestBuffers;
use super::ended::Ended;
use super::engine::{Signature, View};
use super::layout::{self, Message, Reply, Text};
use super::response::{touched, visible_capacity};
use super::state::State;
use crate::abi::{RP_ERR_NO_MEMORY, RP_OK, rp_host, rp_message, rp_reply, rp_status, rp_str};
use crate::border::module::HostLink;
use crate::error::CallFault;

/// A start function or an initialiser called a host function before the host had its buffers.
#[cold]
fn too_early() -> Ended {
    CallFault::Trap { text: "a function of the host was called before create".into(), frames: vec![] }.into()
}

fn buffers_of<F, H>(state: &State<F, H>) -> Result<GuestBuffers, Ended> {
    state.buffers.ok_or_else(too_early)
}

/// The native `rp_host` of this instance.
fn native<F, H>(state: &State<F, H>) -> Result<&'static rp_host, Ended> {
    state.host.map(|host| host.table).ok_or_else(too_early)
}

/// Runs one of the functions below and then looks at the clock: no engine counts the time that the host works.
pub(super) fn timed<V: View, R>(
    view: &mut V,
    work: impl FnOnce(&mut V) -> Result<R, Ended>,
) -> Result<R, Ended> {
    let result = work(view)?;
    view.state().look_at_clock()?;
    Ok(result)
}

/// `rp_reply.grow` of the replies that the host owns.
pub(super) fn grow<V: View>(view: &mut V, reply: u32, additional: u32) -> Result<rp_status, Ended> {
    let mut buffers = buffers_of(view.state())?;
    let state = view.state();
    let (native, limit, capacity) = (state.reply, state.growth.reply(), state.capacity);
    if native.is_null() || reply != buffers.reply() {
        return Ok(RP_ERR_NO_MEMORY);
    }
    let found = Reply::read(view.memory(), reply)?;
    if let Some(field) = touched(&buffers, capacity, &found) {
        view.state().tampered = Some(field);
        return Ok(RP_ERR_NO_MEMORY);
    }
    let needed = found.len as usize + additional as usize;
    if !view.state().growth.allows_reply(needed) {
        return Ok(RP_ERR_NO_MEMORY);
    }
    // The caller's own reply makes room for the copy and knows the limit.
    // SAFETY: the reply is the caller's, valid, and used only by this call; `grow` gets the reply that holds it (rule 1).
    let status = unsafe { (*native).grow.map_or(RP_ERR_NO_MEMORY, |grow| grow(native, needed)) };
    let (RP_OK, Ok(needed)) = (status, u32::try_from(needed)) else { return Ok(RP_ERR_NO_MEMORY) };
    if needed > buffers.response.size && !enlarge(view, &mut buffers, Which::Response, needed, found.len)? {
        return Ok(RP_ERR_NO_MEMORY);
    }
    view.state().buffers = Some(buffers);
    // SAFETY: `deliver` set `State::reply` to the caller's reply, and `collect` clears it before that reply ends; it is still set,
    // since the guest waits for this function.
    let capacity = unsafe { visible_capacity(&buffers, limit, native) };
    let grown = Reply { data: buffers.response.at, capacity, ..found };
    grown.write(layout::array_mut(view.memory(), "a reply", reply)?);
    view.state().capacity = capacity;
    Ok(RP_OK)
}

/// A reply that the guest passed to `send`, and the way back to it.
struct Passed<'a, V> {
    view: &'a mut V,
    address: u32,
    /// Why the guest's code did not return while it made room.
    ended: Option<Ended>,
}

/// `rp_host.send`.
pub(super) fn send<V: View>(view: &mut V, message: u32, reply: u32) -> Result<rp_status, Ended> {
    let host = native(view.state())?;
    let (Some(send), false) = (host.send, message == 0 || reply == 0) else { return Ok(RP_ERR_NO_MEMORY) };
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
    let status = unsafe { send(host, &message, &raw mut native_reply) };
    let Passed { view, ended, .. } = passed;
    if let Some(ended) = ended {
        return Err(ended);
    }
    let len = u32::try_from(native_reply.len).unwrap_or(target.len);
    Reply::write_len(view.memory(), reply, len)?;
    Ok(status)
}

/// A guest's message, with pointers into its memory.
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

/// The address of a reply's bytes, after a check of the whole capacity. A guest may pass NULL with a capacity of 0.
fn room_of(memory: &mut [u8], reply: &Reply) -> Result<*mut c_char, Ended> {
    if reply.len > reply.capacity {
        let what = "a reply whose len lies past its capacity,";
        return Err(CallFault::BadPointer { what, address: reply.data, len: reply.len }.into());
    }
    let room = layout::slice_mut(memory, "the room of a reply", reply.data, reply.capacity)?;
    Ok(room.as_mut_ptr().cast())
}

/// Makes room in a reply that a guest passed to `send`: calls the guest's own `grow`, or the host's if it is the caller's reply.
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
    let buffers = buffers_of(view.state())?;
    let before = Reply::read(view.memory(), address)?;
    let status = if before.grow == buffers.grow {
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
    // If it made less room than it promised, the writer finds out, since it looks at the capacity again.
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
    let host = native(view.state())?;
    let Some(write_log) = host.write_log.filter(|_| text != 0) else { return Ok(()) };
    let text = layout::slice(view.memory(), "a line of log", text, len)?;
    // SAFETY: the text lies in the guest's memory, which nobody writes until the call returns.
    unsafe { write_log(host, message_id, level, text.as_ptr().cast(), text.len()) };
    Ok(())
}

/// `rp_host.cancelled`.
pub(super) fn cancelled<V: View>(view: &mut V, message_id: u64) -> i32 {
    // SAFETY: rule 11: `cancelled` gets the very host whose function it is, which is valid for the life of the process.
    let ask = |host: HostLink| Some(unsafe { host.table.cancelled?(host.table, message_id) });
    view.state().host.and_then(ask).unwrap_or(0)
}

/// `rp_host.now_us`.
pub(super) fn now_us<V: View>(view: &mut V) -> i64 {
    // SAFETY: rule 11: `now_us` gets the very host whose function it is, which is valid for the life of the process.
    let ask = |host: HostLink| Some(unsafe { host.table.now_us?(host.table) });
    view.state().host.and_then(ask).unwrap_or(0)
}

/// `rp_host.random`.
pub(super) fn random<V: View>(view: &mut V, data: u32, len: u32) -> Result<(), Ended> {
    let host = native(view.state())?;
    let Some(random) = host.random.filter(|_| len != 0) else { return Ok(()) };
    let bytes = layout::slice_mut(view.memory(), "room for random bytes", data, len)?;
    // SAFETY: the bytes lie in the guest's memory, and nobody else uses them until the call returns.
    unsafe { random(host, bytes.as_mut_ptr().cast::<c_void>(), bytes.len()) };
    Ok(())
}
