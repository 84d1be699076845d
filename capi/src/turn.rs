//! Many messages in one turn.

use core::cell::{Cell, UnsafeCell};
use core::ffi::c_char;
use std::sync::Arc;

use host::abi::rp_status;
use host::{CallOptions, Instance, Turn};

use crate::abi::rph_call_options;
use crate::call::{self, Sender};
use crate::contain::{Outcome, argument, contain, contain_or, given};
use crate::error::rph_error;
use crate::instance::rph_instance;
use crate::reply::rph_reply;

/// The turn of one thread at an instance: no other message reaches the instance until it is freed,
/// so keep it short. A concurrent module goes on beside it. What this thread calls meanwhile that
/// would wait for the turn's end is answered rp::call::own_turn; an unload waits for it as for a
/// call in flight. It belongs to the thread that entered it: calls on another one are answered
/// rp::call::foreign_turn.
/// [one]
pub struct rph_turn {
    /// Before the instance, which it borrows.
    turn: UnsafeCell<Turn<'static>>,
    _instance: Arc<Instance>,
    /// Whether one of its messages is at work.
    is_busy: Cell<bool>,
    /// Whether it was freed meanwhile, and so ends with that message.
    is_freed: Cell<bool>,
}

impl rph_turn {
    fn enter(instance: &Instance, options: &CallOptions) -> Outcome<Box<Self>> {
        let instance = Arc::new(instance.clone());
        // SAFETY: the turn is dropped before the handle beside it, which stays where it is.
        let borrowed: &'static Instance = unsafe { &*Arc::as_ptr(&instance) };
        let turn = UnsafeCell::new(borrowed.enter_with(options)?);
        Ok(Box::new(rph_turn {
            turn,
            _instance: instance,
            is_busy: Cell::new(false),
            is_freed: Cell::new(false),
        }))
    }
}

/// Runs `work` with a turn that is not at work, and frees it if it is freed meanwhile.
///
/// # Safety
/// `turn` is NULL or a turn that C has not freed, and no other thread uses it ([one]).
#[inline(always)]
unsafe fn with(turn: *mut rph_turn, work: impl FnOnce(&mut Turn<'static>) -> Outcome) -> Outcome {
    // SAFETY: the caller knows it to be NULL or a whole turn.
    let own = given("turn", unsafe { turn.as_ref() })?;
    if own.is_busy.replace(true) {
        return Err(argument("turn", "one of its messages is at work: send the next when that is answered"));
    }
    // However `work` ends.
    let _rest = Rest(turn);
    // SAFETY: nobody else has the turn, since it was not busy; a callback of C comes no further than the line above.
    work(unsafe { &mut *own.turn.get() })
}

/// Ends the work of a turn.
struct Rest(*mut rph_turn);

impl Drop for Rest {
    #[inline(always)]
    fn drop(&mut self) {
        // SAFETY: `with` holds it; a turn that is busy is not freed by C.
        let own = unsafe { &*self.0 };
        own.is_busy.set(false);
        if own.is_freed.get() {
            // SAFETY: C gave it back, and nothing uses it any more.
            drop(unsafe { Box::from_raw(self.0) });
        }
    }
}

/// Begins a turn: waits until the instance is free, and keeps it for this thread until the turn is
/// freed.
///
/// options  or NULL: how long the turn is waited for; RPH_UNCHECKED is refused
/// [any-thread] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_enter(
    instance: Option<&rph_instance>,
    options: *const rph_call_options,
    out: Option<&mut *mut rph_turn>,
) -> Option<Box<rph_error>> {
    contain(|| {
        let (instance, out) = (given("instance", instance)?.own()?, given("out", out)?);
        // SAFETY: C gives NULL or options with their size (rule 8 of rp_host.h).
        let options = unsafe { rph_call_options::read(options) }?;
        if options.is_some_and(rph_call_options::is_unchecked) {
            return Err(argument("options", "RPH_UNCHECKED is for messages"));
        }
        let kept = options.map_or_else(CallOptions::new, rph_call_options::kept);
        *out = Box::into_raw(rph_turn::enter(instance, &kept)?);
        Ok(())
    })
}

/// Sends a message in a turn, as rph_call does.
/// [one] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_turn_call(
    turn: *mut rph_turn,
    r#type: *const c_char,
    type_len: usize,
    payload: *const c_char,
    len: usize,
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
    status: *mut rp_status,
) -> Option<Box<rph_error>> {
    // SAFETY: the turn is C's, and used by one thread at a time; the rest is as for `rph_call`.
    contain(|| unsafe {
        with(turn, |turn| {
            call::send(Sender::Turn(turn), (r#type, type_len), (payload, len), options, reply, status)
        })
    })
}

/// Runs a command in a turn, as rph_command does.
/// [one] [may-block]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_turn_command(
    turn: *mut rph_turn,
    name: *const c_char,
    name_len: usize,
    args: *const c_char,
    len: usize,
    options: *const rph_call_options,
    reply: Option<&mut rph_reply>,
    status: *mut rp_status,
) -> Option<Box<rph_error>> {
    // SAFETY: the turn is C's, and used by one thread at a time; the rest is as for `rph_command`.
    contain(|| unsafe {
        with(turn, |turn| {
            call::run(Sender::Turn(turn), (name, name_len), (args, len), options, reply, status)
        })
    })
}

/// Ends the turn, on whatever thread; while one of its messages is at work, with that message.
/// [one]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn rph_turn_free(turn: *mut rph_turn) {
    contain_or((), || {
        // SAFETY: C gives NULL or a turn of its own (rule 2 of rp_host.h).
        let Some(own) = (unsafe { turn.as_ref() }) else { return };
        if own.is_busy.get() {
            own.is_freed.set(true);
        } else {
            // SAFETY: C gives it back.
            drop(unsafe { Box::from_raw(turn) });
        }
    });
}
