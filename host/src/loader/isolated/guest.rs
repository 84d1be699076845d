//! One instance in its worker.

use core::cell::Cell;
use core::ffi::c_void;
use core::ptr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use super::exchange::{Exchange, Response, is_fault};
use super::outcome::Reason;
use super::running::Worker;
use crate::abi::{RP_ERR_PANIC, RP_FAILED, RP_OK, rp_message, rp_reply, rp_status};
use crate::border::borrowed::bytes_of;
use crate::border::caller_reply::write_to_caller;
use crate::border::module::{self, Guest, Handler, HostLink, Verdict};
use crate::border::reply::DEFAULT_REPLY_LIMIT;
use crate::border::reply::limit_of;
use crate::channel::body::call::CallBody;
use crate::channel::body::fault;
use crate::channel::frame::{Head, Kind};
use crate::channel::lane::Broken;
use crate::error::CallFault;

/// The status of the bridge when a verdict waits. A guest that returns this status itself has left none.
const HAS_VERDICT: rp_status = i32::MIN;

thread_local! {
    /// The verdict on the call that has just returned on this thread.
    static VERDICT: Cell<Option<Verdict>> = const { Cell::new(None) };
}

/// An instance in its worker.
pub(super) struct IsolatedGuest {
    worker: Worker,
    link: HostLink,
}

impl IsolatedGuest {
    pub(super) fn new(worker: Worker, link: HostLink) -> Self {
        IsolatedGuest { worker, link }
    }

    /// # Safety
    /// Message and reply are valid, and used only by this call (rules 1 and 2).
    unsafe fn answer(&self, message: &rp_message, reply: *mut rp_reply) -> Result<rp_status, Verdict> {
        // SAFETY: the caller promises the message's texts until the call returns, and the reply.
        let (texts, limit) =
            unsafe { ((bytes_of(&message.r#type), bytes_of(&message.payload)), limit_of(reply)) };
        // The host passes no other text.
        let (Ok(message_type), Ok(payload)) = texts else { return Ok(crate::abi::RP_ERR_NO_MEMORY) };
        let running = &*self.worker.0;
        let mut exchange = Exchange { message: message.id, ..Exchange::begin(running, Some(self.link)) };
        let reply_limit = limit.unwrap_or(DEFAULT_REPLY_LIMIT) as u64;
        let call = CallBody { reply_limit, left: exchange.timing.left(), message_type, payload };
        let mut lane = exchange.lane().map_err(alive)?;
        let flags = message.flags.cast_signed();
        let head = Head { id: message.id, cause: message.cause, status: flags, ..Head::of(Kind::Call) };
        let response = if limit.is_some() { Response::Own(reply) } else { Response::Kept };
        let parts = [&call.numbers()[..], message_type, payload];
        // SAFETY: the caller promises the reply; `limit_of` found out whose it is.
        let head =
            unsafe { exchange.run(&mut lane, head, &parts, &[Kind::Reply], response) }.map_err(dead)?;
        if is_fault(&head) {
            let found = fault::read(&lane.body);
            let fault =
                found.and_then(|found| CallFault::relayed(&found, limit.unwrap_or(DEFAULT_REPLY_LIMIT)));
            return Err(fault.map_or_else(|| dead(exchange.lost(NO_FAULT)), alive));
        }
        if head.status == RP_ERR_PANIC {
            running.kill(Reason::Panic);
        }
        if head.status == RP_ERR_PANIC || message_type == rp_protocol::message_type::SHUTDOWN.as_bytes() {
            running.printed.settle();
        }
        match (head.status, response) {
            // SAFETY: the caller promises the reply; the bytes are the lane's.
            (RP_OK | RP_FAILED, Response::Kept) => match unsafe { write_to_caller(reply, &lane.body) } {
                RP_OK => Ok(head.status),
                refused => Ok(refused),
            },
            (status, _) => Ok(status),
        }
    }
}

/// What is said of a fault that cannot be read.
const NO_FAULT: Broken = Broken::NoFrame("a fault that is none");

fn dead(fault: CallFault) -> Verdict {
    Verdict { fault, is_deadly: true }
}

fn alive(fault: CallFault) -> Verdict {
    let is_deadly = !matches!(
        fault,
        CallFault::Timeout { .. }
            | CallFault::Cancelled
            | CallFault::TooLarge { .. }
            | CallFault::Tampered(_)
            | CallFault::PlainNull
            | CallFault::RawNul(_)
    );
    Verdict { fault, is_deadly }
}

impl Guest for IsolatedGuest {
    fn handler(&self) -> Handler {
        Handler { function: bridge, context: ptr::from_ref(self).cast_mut().cast() }
    }

    unsafe fn destroy(&self) -> Result<(), CallFault> {
        let running = &*self.worker.0;
        let mut exchange = Exchange::begin(running, Some(self.link));
        let mut lane = exchange.lane()?;
        let head = Head::of(Kind::Destroy);
        // SAFETY: there is no response.
        unsafe { exchange.run(&mut lane, head, &[], &[Kind::Reply], Response::None) }?;
        // It has nothing more to do: whether it takes this or not, it ends.
        running.dismiss();
        let _ended = lane.lane.post(Head::of(Kind::Quit), &[], exchange.timing.last());
        running.await_end();
        Ok(())
    }

    unsafe fn verdict(&self, status: rp_status) -> Option<Verdict> {
        if status == HAS_VERDICT { VERDICT.take() } else { None }
    }

    fn call_time(&self) -> Option<Duration> {
        Some(self.worker.0.limits.call_time)
    }

    fn worker(&self) -> Option<module::Worker> {
        let running = &self.worker.0;
        Some(module::Worker { pid: running.process.number, is_sandboxed: running.is_sandboxed })
    }

    fn death_reason(&self) -> &'static str {
        self.worker.0.death_reason()
    }

    fn death_code(&self) -> Option<&'static str> {
        self.worker.0.death_code()
    }
}

/// Answers a message of the ABI in the worker.
unsafe extern "C" fn bridge(
    guest: *mut c_void,
    message: *const rp_message,
    reply: *mut rp_reply,
) -> rp_status {
    // SAFETY: `handler` is the only way to this function: the context is its boxed `IsolatedGuest`, which lives as long as its
    // instance; the message is valid until the call returns (rule 2).
    let (guest, message) = unsafe { (&*guest.cast::<IsolatedGuest>(), &*message) };
    // SAFETY: the reply is valid and only this call uses it (rule 1).
    let answered = catch_unwind(AssertUnwindSafe(|| unsafe { guest.answer(message, reply) }));
    let verdict = match answered {
        Ok(Ok(status)) => return status,
        Ok(Err(verdict)) => verdict,
        Err(_) => dead(guest.worker.0.lost(NO_FAULT, message.id)),
    };
    VERDICT.set(Some(verdict));
    HAS_VERDICT
}
