//! Finds who answers a message that a module sent.

use core::mem::size_of;
use std::sync::Arc;
use std::time::Instant;

use rp_protocol::{code, is_object, message_type};

use crate::abi::{
    RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_message, rp_reply, rp_status, rp_str,
};
use crate::call::read_response;
use crate::error::CallFault;
use crate::instance::{Inner, Life};
use crate::message::{Message, Status};
use crate::origin::Origin;
use crate::reply::{Reply, with_kept, write_to_asker};
use crate::services::{Refusal, Request};
use crate::thread;
use crate::trace::TraceRecord;

/// A message as a module passed it, read by rules 1 to 3 but not yet believed.
pub(crate) struct Outgoing {
    message: Result<rp_message, &'static str>,
}

impl Outgoing {
    /// # Safety
    /// `message` is not NULL and valid for the call that passed it.
    pub(crate) unsafe fn read(message: *const rp_message) -> Self {
        // SAFETY: the caller's promise; struct_size comes first, and nothing past it is read.
        let size = unsafe { message.cast::<u32>().read() } as usize;
        if size < size_of::<rp_message>() {
            return Outgoing { message: Err("the message's struct_size is too small") };
        }
        // SAFETY: struct_size covers every field of this version.
        Outgoing { message: Ok(unsafe { message.read() }) }
    }

    /// The message in whose service it is sent, as the module says.
    pub(crate) fn cause(&self) -> u64 {
        self.message.as_ref().map_or(0, |message| message.cause)
    }

    /// Type and payload, held against rule 2 and the protocol.
    fn check(&self) -> Result<(&str, &str), Refusal> {
        let message = self.message.as_ref().map_err(|text| Refusal::new(code::INVALID_PAYLOAD, *text))?;
        if message.flags != 0 {
            return Err(Refusal::new(
                code::NOT_SUPPORTED,
                format!("unknown message flags {:#x}", message.flags),
            ));
        }
        let message_type = text("type", &message.r#type)?;
        let payload = text("payload", &message.payload)?;
        is_object(payload).map_err(|fault| Refusal::new(fault.code(), fault.to_string()))?;
        Ok((message_type, payload))
    }
}

fn text<'a>(what: &str, borrowed: &'a rp_str) -> Result<&'a str, Refusal> {
    if borrowed.data.is_null() {
        return Err(Refusal::new(code::INVALID_PAYLOAD, format!("the message's {what} is NULL")));
    }
    // SAFETY: rule 2: the text is borrowed until the call that passed the message returns, and `Outgoing` lives inside it.
    let bytes = unsafe { core::slice::from_raw_parts(borrowed.data.cast::<u8>(), borrowed.len) };
    core::str::from_utf8(bytes).map_err(|error| {
        let text = format!("the message's {what} is not UTF-8: byte {}", error.valid_up_to());
        Refusal::new(code::INVALID_PAYLOAD, text)
    })
}

/// Answers one `send` of a live instance.
///
/// # Safety
/// `reply` is valid and the call's alone (rules 1 and 3).
pub(crate) unsafe fn send(
    sender: &Arc<Inner>,
    origin: Origin<'_>,
    outgoing: &Outgoing,
    reply: *mut rp_reply,
) -> rp_status {
    if matches!(sender.life(), Life::Closed | Life::Dead) {
        return RP_ERR_CANCELLED;
    }
    with_kept(sender.shared.reply_limit, |buffer| match route(sender, origin, outgoing, buffer) {
        // SAFETY: the caller's promise; the answer lies in the host's own buffer.
        Ok(status) => unsafe { pass_on(reply, status, buffer.as_bytes()) },
        Err(NoAnswer::Cancelled) => RP_ERR_CANCELLED,
        // SAFETY: as above.
        Err(NoAnswer::Refused(refusal)) => unsafe { refuse(reply, &refusal.code, &refusal.text) },
    })
}

/// Writes an error response into the asker's reply.
///
/// # Safety
/// As for `send`.
pub(crate) unsafe fn refuse(reply: *mut rp_reply, code: &str, text: &str) -> rp_status {
    let mut response = Vec::new();
    let status = write_refusal(&mut response, code, text);
    // SAFETY: the caller's promise.
    unsafe { pass_on(reply, status, &response) }
}

fn write_refusal(response: &mut Vec<u8>, code: &str, text: &str) -> Status {
    response.clear();
    // Neither writing into memory nor two strings as JSON can fail.
    let written = rp_protocol::write_error(response, code, text, None);
    debug_assert!(written.is_ok());
    Status::Failed
}

/// # Safety
/// As for `send`.
unsafe fn pass_on(reply: *mut rp_reply, status: Status, response: &[u8]) -> rp_status {
    // SAFETY: the caller's promise.
    match unsafe { write_to_asker(reply, response) } {
        RP_OK if status == Status::Success => RP_OK,
        RP_OK => RP_FAILED,
        _ => RP_ERR_NO_MEMORY,
    }
}

enum NoAnswer {
    /// The asker is gone, or no longer wants the answer.
    Cancelled,
    Refused(Refusal),
}

impl From<Refusal> for NoAnswer {
    fn from(refusal: Refusal) -> Self {
        NoAnswer::Refused(refusal)
    }
}

fn route(
    sender: &Arc<Inner>,
    origin: Origin<'_>,
    outgoing: &Outgoing,
    buffer: &mut Reply,
) -> Result<Status, NoAnswer> {
    let (message_type, payload) = outgoing.check()?;
    if message_type == message_type::COMMAND {
        return call_module(sender, origin, payload, buffer);
    }
    if sender.shared.service(message_type).is_some() {
        return Ok(ask_service(sender, origin, message_type, payload, buffer));
    }
    let text = format!("nothing in this host answers messages of type {message_type}");
    Err(Refusal::new(code::NOT_SUPPORTED, text).into())
}

/// A command with `module` beside `name` goes to the instance of that name.
fn call_module(
    sender: &Arc<Inner>,
    origin: Origin<'_>,
    payload: &str,
    buffer: &mut Reply,
) -> Result<Status, NoAnswer> {
    let command = rp_protocol::Command::parse(payload);
    let command = command.map_err(|fault| Refusal::new(fault.code(), fault.to_string()))?;
    let Some(name) = command.module else {
        return Err(Refusal::new(code::INVALID_PAYLOAD, "module: expected the name of a module").into());
    };
    if !sender.grants.allows_call(&name) {
        let text = format!("{} may not call {name}: the grant call={name} is missing", sender.name);
        return Err(Refusal::new(code::DENIED, text).into());
    }
    let Some(target) = sender.shared.by_name(&name) else {
        return Err(Refusal::new(code::UNAVAILABLE, format!("no module named {name} is loaded")).into());
    };
    let message = Message::new(message_type::COMMAND, payload);
    let answer = target.exchange(&message, origin, Some(sender), buffer).and_then(|status| {
        read_response(status, buffer)?;
        Ok(status)
    });
    answer.map_err(|fault| no_answer(&fault, sender, origin, &name))
}

fn no_answer(fault: &CallFault, sender: &Inner, origin: Origin<'_>, target: &str) -> NoAnswer {
    let asker_is_gone = origin.is_cancelled() || matches!(sender.life(), Life::Closed | Life::Dead);
    if matches!(fault, CallFault::Cancelled) && asker_is_gone {
        return NoAnswer::Cancelled;
    }
    Refusal::new(fault.protocol_code(), format!("{target}: {fault}")).into()
}

/// Lets an embedder's service answer; a refusal becomes the error response.
fn ask_service(
    sender: &Arc<Inner>,
    origin: Origin<'_>,
    message_type: &str,
    payload: &str,
    buffer: &mut Reply,
) -> Status {
    let shared = &sender.shared;
    let request =
        Request { sender: &sender.name, message_type, payload, id: thread::next_id(), cause: origin.cause() };
    let started = shared.trace.is_some().then(|| (shared.now_us(), Instant::now()));
    let response = buffer.storage_mut();
    response.clear();
    response.extend_from_slice(br#"{"status":"success","data":"#);
    let answered = shared.service(message_type).map(|service| service.answer(&request, response));
    let status = match answered.unwrap_or_else(|| Err(Refusal::new(code::UNAVAILABLE, "the service is gone")))
    {
        Ok(()) if response.len() < shared.reply_limit => {
            response.push(b'}');
            Status::Success
        }
        Ok(()) => {
            let fault = CallFault::TooLarge { limit: shared.reply_limit };
            write_refusal(response, fault.protocol_code(), &fault.to_string())
        }
        Err(refusal) => write_refusal(response, &refusal.code, &refusal.text),
    };
    if let Some((time_us, started)) = started {
        shared.record(&TraceRecord {
            time_us,
            id: request.id,
            cause: request.cause,
            from: &sender.name,
            to: "host",
            message_type,
            payload,
            outcome: if status == Status::Success { "success" } else { "error" },
            response: String::from_utf8_lossy(buffer.as_bytes()),
            elapsed_ns: u64::try_from(started.elapsed().as_nanos()).unwrap_or(u64::MAX),
        });
    }
    status
}
