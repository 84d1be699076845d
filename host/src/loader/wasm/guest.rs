//! One instance: its functions, and the way of a message into its memory and of the response out of it.

use core::ffi::c_void;
use core::ptr;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::engine::{Ended, Engine, View};
use super::lent::{touched, visible_capacity};
use super::plain::PlainFunctions;
use super::rooms::{self, Purpose, Rooms};
use super::{layout, plain};
use crate::abi::{RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_message, rp_reply, rp_status};
use crate::border::borrowed::bytes_of;
use crate::border::caller_reply::write_to_asker;
use crate::border::module::{Guest, Handler, Verdict};
use crate::error::CallFault;

/// What the bridge returns where a verdict waits. A guest that returns it itself left none.
const JUDGED: rp_status = i32::MIN;

/// The functions that answer and end an instance.
pub(super) enum Functions<E: Engine> {
    /// Those of the table that the entry returned.
    Table { handle_message: E::Function, destroy: E::Function },
    /// Those of `rp_plain.h`.
    Plain(PlainFunctions<E>),
}

/// An instance in its sandbox.
pub(super) struct WasmGuest<E: Engine> {
    /// None once it is dead: its memory is given back.
    store: RefCell<Option<E::Store>>,
    functions: Functions<E>,
    /// What `create` returned.
    state: u32,
    call_time: Duration,
    verdict: RefCell<Option<Verdict>>,
    /// Any thread may ask why the instance takes no messages.
    is_dead: AtomicBool,
}

// SAFETY: the cells are reached through `bridge` and the unsafe functions of `Guest` alone, whose callers let nothing else
// use the guest meanwhile: no sandboxed module is RP_CONCURRENT. All else is atomic or never changes.
unsafe impl<E: Engine> Sync for WasmGuest<E> {}
// SAFETY: the store is Send; the functions are indices into it.
unsafe impl<E: Engine> Send for WasmGuest<E> {}

impl<E: Engine> WasmGuest<E> {
    pub(super) fn new(mut store: E::Store, functions: Functions<E>, state: u32) -> Self {
        let call_time = E::view(&mut store).state().clock.limit();
        WasmGuest {
            call_time,
            store: RefCell::new(Some(store)),
            functions,
            state,
            verdict: RefCell::default(),
            is_dead: AtomicBool::new(false),
        }
    }

    /// Runs `work` on the instance. Whatever ends the guest's code ends the instance.
    #[inline]
    fn enter<R>(&self, work: impl FnOnce(&mut E::View<'_>) -> Result<R, Ended>) -> Result<R, Verdict> {
        let entered = catch_unwind(AssertUnwindSafe(|| match self.store.try_borrow_mut().as_deref_mut() {
            Ok(Some(store)) => work(&mut E::view(store)),
            _ => Err(CallFault::Engine("the instance is gone, or at work already".into()).into()),
        }));
        match entered {
            Ok(Ok(value)) => Ok(value),
            Ok(Err(ended)) => Err(self.judge(ended)),
            Err(_) => Err(self.judge(CallFault::Engine("it panicked".into()).into())),
        }
    }

    #[cold]
    fn judge(&self, ended: Ended) -> Verdict {
        self.is_dead.store(true, Ordering::Relaxed);
        if let Ok(mut store) = self.store.try_borrow_mut() {
            *store = None;
        }
        Verdict { fault: *ended.0, is_deadly: true }
    }

    /// # Safety
    /// Message and reply are the host's, alive and this call's alone (rules 1 and 2).
    #[inline]
    unsafe fn answer(&self, message: &rp_message, reply: *mut rp_reply) -> Result<rp_status, Verdict> {
        let answered = self.enter(|view| {
            if let Err(fault) = view.check_stack() {
                return Ok(Answered::Judged(fault));
            }
            view.start_clock();
            // SAFETY: rule 2: the texts live until the call returns.
            let texts = unsafe { (bytes_of(&message.r#type), bytes_of(&message.payload)) };
            // No host passes another text.
            let (Ok(message_type), Ok(payload)) = texts else {
                return Ok(Answered::Status(RP_ERR_NO_MEMORY));
            };
            match &self.functions {
                Functions::Table { handle_message, .. } => {
                    // SAFETY: the reply lives until the call returns, and `collect` ends its use.
                    let at = unsafe { deliver(view, message, message_type, payload, reply) }?;
                    let Some(at) = at else { return Ok(no_room(view)) };
                    let status = view.call(handle_message, [self.state, at.message(), at.reply()]);
                    // SAFETY: the reply is the asker's and this call's alone (rule 1).
                    unsafe { collect(view, status, reply) }
                }
                // SAFETY: the reply is the asker's and this call's alone (rule 1).
                Functions::Plain(functions) => unsafe {
                    plain::answer(view, functions, self.state, message_type, payload, reply)
                },
            }
        })?;
        match answered {
            Answered::Status(status) => Ok(status),
            Answered::Judged(fault) => Err(Verdict { fault, is_deadly: false }),
        }
    }
}

/// What comes of a call that the guest's code returned from.
pub(super) enum Answered {
    Status(rp_status),
    /// It broke a rule or reached a limit, and lives on.
    Judged(CallFault),
}

/// Makes sure that the inbox holds `needed` bytes; `None` where the guest has no memory for them.
#[inline]
pub(super) fn reserve_inbox<V: View>(view: &mut V, needed: usize) -> Result<Option<Rooms>, Ended> {
    let mut rooms = view.state().rooms.ok_or(CallFault::NoMemory)?;
    if needed > rooms.inbox.size as usize {
        let Ok(needed) = u32::try_from(needed) else { return Ok(None) };
        if !rooms::enlarge(view, &mut rooms, Purpose::Inbox, needed, 0)? {
            return Ok(None);
        }
        view.state().rooms = Some(rooms);
    }
    Ok(Some(rooms))
}

/// The message did not fit: it never reached the guest, which is as it was.
#[cold]
pub(super) fn no_room<V: View>(view: &mut V) -> Answered {
    Answered::Judged(view.state().growth.reached().unwrap_or(CallFault::NoMemory))
}

/// Writes a message and an empty reply into the guest's memory.
///
/// # Safety
/// `reply` is the asker's, alive until [`collect`] ends the call that begins here.
#[inline]
unsafe fn deliver<V: View>(
    view: &mut V,
    message: &rp_message,
    message_type: &[u8],
    payload: &[u8],
    reply: *mut rp_reply,
) -> Result<Option<Rooms>, Ended> {
    let Some(rooms) = reserve_inbox(view, message_type.len() + payload.len())? else { return Ok(None) };
    let (memory, state) = view.parts();
    state.reply = reply;
    state.tampered = None;
    // The lengths fit, since the inbox holds both texts.
    let (type_len, payload_len) = (message_type.len() as u32, payload.len() as u32);
    // SAFETY: the caller knows the reply to be alive.
    let capacity = unsafe { visible_capacity(&rooms, state.growth.reply(), reply) };
    let structs = layout::Message {
        struct_size: layout::MESSAGE,
        flags: message.flags,
        id: message.id,
        cause: message.cause,
        // The payload first, where the room is aligned: libc copies from elsewhere several times slower.
        message_type: layout::Text { data: rooms.inbox.at + payload_len, len: type_len },
        payload: layout::Text { data: rooms.inbox.at, len: payload_len },
    };
    let empty = layout::Reply {
        struct_size: layout::REPLY,
        context: 0,
        data: rooms.outbox.at,
        len: 0,
        capacity,
        grow: rooms.grow,
    };
    let texts = layout::slice_mut(memory, "the host's room", rooms.inbox.at, type_len + payload_len)?;
    let (to_payload, to_type) = texts.split_at_mut(payload.len());
    to_type.copy_from_slice(message_type);
    to_payload.copy_from_slice(payload);
    let size = layout::MESSAGE + layout::REPLY;
    let at = layout::slice_mut(memory, "the host's room", rooms.message(), size)?;
    at[..layout::MESSAGE as usize].copy_from_slice(&structs.to_bytes());
    at[layout::MESSAGE as usize..].copy_from_slice(&empty.to_bytes());
    Ok(Some(rooms))
}

/// Compares what the guest may not touch, and copies the response to the asker.
///
/// # Safety
/// `reply` is the asker's, alive and this call's alone (rule 1).
#[inline]
unsafe fn collect<V: View>(
    view: &mut V,
    status: Result<u32, Ended>,
    reply: *mut rp_reply,
) -> Result<Answered, Ended> {
    let (memory, state) = view.parts();
    state.reply = ptr::null_mut();
    let status = status?.cast_signed();
    let Some(rooms) = &state.rooms else { return Err(CallFault::NoMemory.into()) };
    let found = layout::Reply::read(memory, rooms.reply())?;
    // SAFETY: the caller knows the reply to be alive.
    let capacity = unsafe { visible_capacity(rooms, state.growth.reply(), reply) };
    if let Some(field) = state.tampered.or_else(|| touched(rooms, capacity, &found)) {
        return Ok(Answered::Judged(CallFault::Tampered(field)));
    }
    match status {
        RP_OK | RP_FAILED => {
            let response = layout::slice(memory, "a response", found.data, found.len)?;
            // SAFETY: the reply is this call's alone (rule 1); the response lies in the guest's memory, not in it.
            let written = unsafe { write_to_asker(reply, response) };
            Ok(Answered::Status(if written == RP_OK { status } else { written }))
        }
        RP_ERR_NO_MEMORY => {
            let reached = state.growth.reached();
            Ok(reached.map_or(Answered::Status(status), Answered::Judged))
        }
        _ => Ok(Answered::Status(status)),
    }
}

impl<E: Engine> Guest for WasmGuest<E> {
    fn handler(&self) -> Handler {
        Handler { function: bridge::<E>, context: ptr::from_ref(self).cast_mut().cast() }
    }

    unsafe fn destroy(&self) -> Result<(), CallFault> {
        let destroyed = self.enter(|view| {
            view.start_clock();
            let destroy = match &self.functions {
                Functions::Table { destroy, .. } => destroy,
                Functions::Plain(functions) => &functions.destroy_module,
            };
            view.check_stack()?;
            view.call(destroy, [self.state, 0, 0])
        });
        // Nothing follows, so the memory goes back at once, however long handles to the instance are kept.
        if let Ok(mut store) = self.store.try_borrow_mut() {
            *store = None;
        }
        destroyed.map(|_| ()).map_err(|verdict| verdict.fault)
    }

    unsafe fn verdict(&self, status: rp_status) -> Option<Verdict> {
        if status == JUDGED { self.verdict.take() } else { None }
    }

    unsafe fn memory(&self) -> Option<usize> {
        let mut store = self.store.try_borrow_mut().ok()?;
        store.as_mut().map(|store| E::view(store).memory().len())
    }

    fn call_time(&self) -> Option<Duration> {
        Some(self.call_time)
    }

    fn epitaph(&self) -> &'static str {
        if self.is_dead.load(Ordering::Relaxed) {
            "it trapped, reached a limit or was stopped, and is dead"
        } else {
            "it panicked and is dead"
        }
    }
}

/// Answers a message of the ABI inside the sandbox.
unsafe extern "C" fn bridge<E: Engine>(
    guest: *mut c_void,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: the host's own call path passes a boxed `WasmGuest`, which lives as long as its instance, and a message
    // whose texts are UTF-8 and live until the call returns.
    let (guest, message) = unsafe { (&*guest.cast::<WasmGuest<E>>(), &*message) };
    // SAFETY: the reply is valid and this call's alone (rule 1).
    match unsafe { guest.answer(message, reply) } {
        Ok(status) => status,
        Err(verdict) => {
            *guest.verdict.borrow_mut() = Some(verdict);
            JUDGED
        }
    }
}
