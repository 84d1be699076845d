//! Finds who answers a message that a module sent.

use std::sync::Arc;

use rp_protocol::{code, message_type};

use crate::abi::{RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_reply, rp_status};
use crate::border::caller_reply::write_to_asker;
use crate::border::message::{Message, Status};
use crate::border::reply::{Reply, with_kept};
use crate::border::response::read_response;
use crate::calls::call_chain::Origin;
use crate::calls::instance::{InstanceState, Life};
use crate::calls::message_id::next_id;
use crate::error::CallFault;
use crate::error::ServiceError;
use crate::host_functions::sent_message::Outgoing;
use crate::observe::progress::PROGRESS;
use crate::observe::trace::{Entry, Stopwatch};
use crate::options::grants::Right;
use crate::services::capabilities::demand;
use crate::services::events::Emission;
use crate::services::{Request, data};

/// Answers one `send` of a live instance.
///
/// # Safety
/// `reply` is valid and the call's alone (rules 1 and 3).
pub(crate) unsafe fn send(
    sender: &Arc<InstanceState>,
    origin: Origin<'_>,
    outgoing: &Outgoing<'_>,
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
        Err(NoAnswer::Failed(refusal)) => unsafe { refuse(reply, &refusal) },
    })
}

/// Writes an error response into the asker's reply.
///
/// # Safety
/// As for `send`.
pub(crate) unsafe fn refuse(reply: *mut rp_reply, refusal: &ServiceError) -> rp_status {
    let mut response = Vec::new();
    let status = write_service_error(&mut response, refusal);
    // SAFETY: the caller's promise.
    unsafe { pass_on(reply, status, &response) }
}

fn write_service_error(response: &mut Vec<u8>, refusal: &ServiceError) -> Status {
    response.clear();
    // Neither writing into memory nor two strings as JSON can fail.
    let written = rp_protocol::write_error(response, refusal.code(), refusal.text(), refusal.details());
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

/// How the names of the store's own events begin; no grant lets a module emit one, so that nobody is told of changes that
/// never were.
const STORE_EVENTS: &str = "entity.";

/// Why a module that was asked brought no response.
enum NoAnswer {
    /// The asker is gone, or no longer wants the answer.
    Cancelled,
    Failed(ServiceError),
}

/// Who answers a message.
enum Answerer {
    Module(Arc<InstanceState>),
    Host,
}

fn route(
    sender: &Arc<InstanceState>,
    origin: Origin<'_>,
    outgoing: &Outgoing<'_>,
    buffer: &mut Reply,
) -> Result<Status, NoAnswer> {
    let checked = outgoing.check();
    let shown;
    let (message_type, payload) = match &checked {
        Ok(texts) => *texts,
        Err(_) => {
            shown = outgoing.lossy_texts();
            (&*shown.0, &*shown.1)
        }
    };
    let asked = Asked { sender, origin, message_type, payload };
    match checked.and_then(|_| asked.find()) {
        Ok(Answerer::Module(target)) => asked.pass_to(&target, buffer),
        Ok(Answerer::Host) => Ok(asked.answer(buffer, |request, data| asked.serve(request, data))),
        Err(refusal) => Ok(asked.answer(buffer, |_, _| Err(refusal))),
    }
}

/// A message that a module sent, and who it was.
struct Asked<'a> {
    sender: &'a Arc<InstanceState>,
    origin: Origin<'a>,
    message_type: &'a str,
    payload: &'a str,
}

impl Asked<'_> {
    /// Finds who answers, and whether the sender may ask.
    fn find(&self) -> Result<Answerer, ServiceError> {
        let shared = &self.sender.shared;
        match self.message_type {
            message_type::COMMAND => self.find_module(),
            message_type::QUERY => self.find_provider(Right::Read, &self.query()?.entity),
            message_type::MUTATION => self.find_provider(Right::Write, &self.mutation()?.entity),
            message_type::EVENT => self.check_emission().map(|()| Answerer::Host),
            other if shared.service(other).is_some() => Ok(Answerer::Host),
            other => {
                let text = format!("nothing in this host answers messages of type {other}");
                Err(ServiceError::new(code::NOT_SUPPORTED, text))
            }
        }
    }

    /// A command with `module` beside `name` goes to the instance of that name.
    fn find_module(&self) -> Result<Answerer, ServiceError> {
        let command = rp_protocol::Command::parse(self.payload);
        let command = command.map_err(|fault| ServiceError::new(fault.code(), fault.to_string()))?;
        let Some(name) = command.module else {
            return Err(ServiceError::new(code::INVALID_PAYLOAD, "module: expected the name of a module"));
        };
        demand(self.sender, Right::Call, &name)?;
        let found = self.sender.shared.by_name(&name).map(Answerer::Module);
        found.ok_or_else(|| ServiceError::new(code::UNAVAILABLE, format!("no module named {name} is loaded")))
    }

    /// An entity belongs to the module that provides it, else to the store.
    fn find_provider(&self, right: Right, entity: &str) -> Result<Answerer, ServiceError> {
        demand(self.sender, right, entity)?;
        let shared = &self.sender.shared;
        match shared.provider(entity) {
            Some(provider) => Ok(Answerer::Module(provider)),
            None if shared.store.is_some() => Ok(Answerer::Host),
            None => {
                let text = format!("this host has no store, and no loaded module provides {entity}");
                Err(ServiceError::new(code::NOT_SUPPORTED, text))
            }
        }
    }

    fn check_emission(&self) -> Result<(), ServiceError> {
        let event = self.event()?.event;
        if event == PROGRESS {
            return Ok(());
        }
        if event.starts_with(STORE_EVENTS) {
            let text =
                format!("{} may not emit {event}: {STORE_EVENTS}* is what the store tells", self.sender.name);
            return Err(ServiceError::new(code::DENIED, text));
        }
        demand(self.sender, Right::Emit, &event)
    }

    /// Answers what the host answers itself.
    fn serve(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        let shared = &self.sender.shared;
        match self.message_type {
            message_type::EVENT => self.emit(request, data),
            message_type::QUERY => data::query(self.sender, request, &self.query()?, data),
            message_type::MUTATION => {
                data::mutate(self.sender, self.emission("", request), &self.mutation()?, data)
            }
            other => match shared.service(other) {
                Some(service) => service.answer(request, data),
                None => Err(ServiceError::new(code::UNAVAILABLE, "the service is gone")),
            },
        }
    }

    fn emit(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        let event = self.event()?;
        if event.event == PROGRESS {
            self.sender.shared.progress(&self.sender.name, request.cause, &event)?;
        } else {
            self.sender.shared.events.emit(self.emission(&event.event, request), self.payload)?;
        }
        data.extend_from_slice(b"{}");
        Ok(())
    }

    fn emission<'a>(&self, name: &'a str, request: &Request<'_>) -> Emission<'a> {
        Emission {
            name,
            entity: None,
            sender: self.sender.number(),
            cause: request.id,
            hops: self.origin.hops(),
        }
    }

    fn query(&self) -> Result<rp_protocol::Query<'_>, ServiceError> {
        serde_json::from_str(self.payload).map_err(|error| wrong_payload(&error))
    }

    fn mutation(&self) -> Result<rp_protocol::Mutation<'_>, ServiceError> {
        serde_json::from_str(self.payload).map_err(|error| wrong_payload(&error))
    }

    fn event(&self) -> Result<rp_protocol::Event<'_>, ServiceError> {
        serde_json::from_str(self.payload).map_err(|error| wrong_payload(&error))
    }

    /// Passes the message on, byte for byte, and reads the response before the asker sees it.
    fn pass_to(&self, target: &Arc<InstanceState>, buffer: &mut Reply) -> Result<Status, NoAnswer> {
        let message = Message::new(self.message_type, self.payload);
        let answer = target.exchange(&message, self.origin, Some(self.sender), buffer).and_then(|status| {
            read_response(status, buffer)?;
            Ok(status)
        });
        answer.map_err(|fault| self.no_answer(&fault, &target.name))
    }

    fn no_answer(&self, fault: &CallFault, target: &str) -> NoAnswer {
        let is_gone = matches!(self.sender.life(), Life::Closed | Life::Dead);
        let is_over = matches!(
            fault,
            CallFault::Cancelled | CallFault::Expired | CallFault::CancelledAtWork | CallFault::ExpiredAtWork
        );
        if is_over && (is_gone || self.origin.is_cancelled()) {
            return NoAnswer::Cancelled;
        }
        NoAnswer::Failed(ServiceError::new(fault.protocol_code(), format!("{target}: {fault}")))
    }

    /// Lets the host answer: what `work` writes is the data of a success, what it refuses the error response.
    fn answer(
        &self,
        buffer: &mut Reply,
        work: impl FnOnce(&Request<'_>, &mut Vec<u8>) -> Result<(), ServiceError>,
    ) -> Status {
        let shared = &self.sender.shared;
        let request = Request {
            sender: &self.sender.name,
            message_type: self.message_type,
            payload: self.payload,
            id: next_id(),
            cause: self.origin.cause(),
        };
        let watch = shared.trace.is_some().then(|| Stopwatch::start(shared));
        let status = respond(buffer, shared.reply_limit, |data| work(&request, data));
        if let Some(watch) = watch {
            watch.record(&Entry {
                id: request.id,
                cause: request.cause,
                from: request.sender,
                to: "host",
                message_type: self.message_type,
                payload: self.payload,
                outcome: if status == Status::Success { "success" } else { "error" },
                response: buffer.as_bytes(),
            });
        }
        status
    }
}

fn wrong_payload(error: &serde_json::Error) -> ServiceError {
    ServiceError::new(code::INVALID_PAYLOAD, error.to_string())
}

fn respond(
    buffer: &mut Reply,
    limit: usize,
    work: impl FnOnce(&mut Vec<u8>) -> Result<(), ServiceError>,
) -> Status {
    let response = &mut *buffer.storage_mut();
    response.clear();
    response.extend_from_slice(br#"{"status":"success","data":"#);
    let start = response.len();
    match work(response) {
        Ok(()) if response.len() < limit => {
            response.extend_from_slice(if response.len() == start { b"{}}" } else { b"}" });
            Status::Success
        }
        Ok(()) => {
            let fault = CallFault::TooLarge { limit };
            write_service_error(response, &ServiceError::new(fault.protocol_code(), fault.to_string()))
        }
        Err(refusal) => write_service_error(response, &refusal),
    }
}
