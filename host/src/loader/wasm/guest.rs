//! One instance in its sandbox.

use core::ffi::c_void;
use core::ptr;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use super::ended::{Answered, Ended};
use super::engine::{Engine, View};
use super::plain::{self, PlainFunctions};
use super::request::{deliver, no_room};
use super::response::collect;
use crate::abi::{RP_ERR_NO_MEMORY, rp_message, rp_reply, rp_status};
use crate::border::borrowed::bytes_of;
use crate::border::module::{Guest, Handler, Verdict};
use crate::error::CallFault;

/// The status of the bridge when a verdict waits. A guest that returns this status itself has left none.
const HAS_VERDICT: rp_status = i32::MIN;

/// The functions that answer messages and destroy the instance.
pub(super) enum Functions<F> {
    /// Those of the table that the entry returned.
    Table { handle_message: F, destroy: F },
    /// Those of `rp_plain.h`.
    Plain(PlainFunctions<F>),
}

pub(super) struct WasmGuest<E: Engine> {
    /// `None` once it is dead: its memory is freed then.
    store: RefCell<Option<E::Store>>,
    functions: Functions<E::Function>,
    /// What `create` returned.
    state: u32,
    call_time: Duration,
    verdict: RefCell<Option<Verdict>>,
    /// For `death_reason`, which any thread may call.
    is_dead: AtomicBool,
}

// SAFETY: only `bridge` and the unsafe functions of `Guest` use the cells. Their callers let nothing else use the guest
// meanwhile, since no sandboxed module is RP_CONCURRENT. Every other field is atomic or never changes.
unsafe impl<E: Engine> Sync for WasmGuest<E> {}
// SAFETY: the store and the functions are Send, which `Engine` demands; all else is plain data.
unsafe impl<E: Engine> Send for WasmGuest<E> {}

impl<E: Engine> WasmGuest<E> {
    pub(super) fn new(mut store: E::Store, functions: Functions<E::Function>, state: u32) -> Self {
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

    /// Runs `work` on the instance. If the guest's code does not return, the instance is dead.
    ///
    /// What comes out of `work` is finished by `finish` where it still is in registers: what goes through the memory of
    /// `catch_unwind` in two pieces and comes out in one waits there.
    #[inline(always)]
    fn enter<R, T>(
        &self,
        work: impl FnOnce(&mut E::View<'_>) -> Result<R, Ended>,
        finish: impl Fn(Result<R, Ended>) -> T,
    ) -> T {
        let entered = catch_unwind(AssertUnwindSafe(|| finish(self.enter_unguarded(work))));
        entered.unwrap_or_else(|_| finish(Err(self.kill(CallFault::Engine("it panicked".into()).into()))))
    }

    #[inline(always)]
    fn enter_unguarded<R>(
        &self,
        work: impl FnOnce(&mut E::View<'_>) -> Result<R, Ended>,
    ) -> Result<R, Ended> {
        let result = match self.store.try_borrow_mut().as_deref_mut() {
            Ok(Some(store)) => work(&mut E::view(store)),
            _ => Err(CallFault::Engine("the instance is gone, or at work already".into()).into()),
        };
        result.map_err(|ended| self.kill(ended))
    }

    #[cold]
    fn kill(&self, ended: Ended) -> Ended {
        self.is_dead.store(true, Ordering::Relaxed);
        if let Ok(mut store) = self.store.try_borrow_mut() {
            *store = None;
        }
        ended
    }

    /// Leaves a verdict; returns the status that says so.
    #[cold]
    fn leave(&self, ended: Ended, is_deadly: bool) -> rp_status {
        *self.verdict.borrow_mut() = Some(Verdict { fault: *ended.0, is_deadly });
        HAS_VERDICT
    }

    /// # Safety
    /// Message and reply are valid, and used only by this call (rules 1 and 2).
    #[inline]
    unsafe fn answer(&self, message: &rp_message, reply: *mut rp_reply) -> rp_status {
        let answer = |view: &mut E::View<'_>| {
            if let Err(fault) = view.check_stack() {
                return Ok(Answered::fault(fault));
            }
            view.start_clock();
            // SAFETY: rule 2: the texts are valid until the call returns, and this borrow ends before.
            let texts = unsafe { (bytes_of(&message.r#type), bytes_of(&message.payload)) };
            // The host passes no other text.
            let (Ok(message_type), Ok(payload)) = texts else {
                return Ok(Answered::Status(RP_ERR_NO_MEMORY));
            };
            match &self.functions {
                Functions::Table { handle_message, .. } => {
                    // SAFETY: the caller promises a reply that is valid until the call returns; `collect` ends its use.
                    let delivered = unsafe { deliver(view, message, message_type, payload, reply) }?;
                    let Some([message, reply_at]) = delivered else { return Ok(no_room(view)) };
                    let status = view.call(handle_message, [self.state, message, reply_at]);
                    // SAFETY: only this call uses the reply (rule 1), and the guest has returned.
                    unsafe { collect(view, status, reply) }
                }
                // SAFETY: only this call uses the reply (rule 1); a plain guest never sees it.
                Functions::Plain(functions) => unsafe {
                    plain::answer(view, functions, self.state, message_type, payload, reply)
                },
            }
        };
        self.enter(answer, |answered| match answered {
            Ok(Answered::Status(status)) => status,
            Ok(Answered::Fault(fault)) => self.leave(fault, false),
            Err(ended) => self.leave(ended, true),
        })
    }
}

impl<E: Engine> Guest for WasmGuest<E> {
    fn handler(&self) -> Handler {
        Handler { function: bridge::<E>, context: ptr::from_ref(self).cast_mut().cast() }
    }

    unsafe fn destroy(&self) -> Result<(), CallFault> {
        let destroy = |view: &mut E::View<'_>| {
            view.start_clock();
            let destroy = match &self.functions {
                Functions::Table { destroy, .. } => destroy,
                Functions::Plain(functions) => &functions.destroy_module,
            };
            view.check_stack()?;
            view.call(destroy, [self.state, 0, 0])
        };
        let destroyed = self.enter(destroy, |destroyed| destroyed);
        // Nothing follows, so the memory is freed at once, however long handles to the instance are kept.
        if let Ok(mut store) = self.store.try_borrow_mut() {
            *store = None;
        }
        destroyed.map(|_| ()).map_err(|ended| *ended.0)
    }

    unsafe fn verdict(&self, status: rp_status) -> Option<Verdict> {
        if status == HAS_VERDICT { self.verdict.take() } else { None }
    }

    unsafe fn memory(&self) -> Option<usize> {
        let mut store = self.store.try_borrow_mut().ok()?;
        store.as_mut().map(|store| E::view(store).memory().len())
    }

    fn call_time(&self) -> Option<Duration> {
        Some(self.call_time)
    }

    fn death_reason(&self) -> &'static str {
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
    // SAFETY: `handler` is the only way to this function: the context is its boxed `WasmGuest`, which lives as long as its
    // instance; the message is valid until the call returns (rule 2).
    let (guest, message) = unsafe { (&*guest.cast::<WasmGuest<E>>(), &*message) };
    // SAFETY: the reply is valid and only this call uses it (rule 1).
    unsafe { guest.answer(message, reply) }
}
