//! Routes a message that a module sent to what answers it.

use std::sync::Arc;

use rp_protocol::{code, message_type};

use crate::abi::{RP_ERR_CANCELLED, RP_ERR_NO_MEMORY, RP_FAILED, RP_OK, rp_reply, rp_status};
use crate::border::caller_reply::write_to_caller;
use crate::border::message::{Message, Status};
use crate::border::message_id::MessageId;
use crate::border::reply::{Reply, with_kept};
use crate::border::response::read_response;
use crate::calls::call_chain::Caller;
use crate::calls::exchange::Call;
use crate::calls::instance::InstanceState;
use crate::error::{CallFault, ServiceError};
use crate::host_functions::sent_message::SentMessage;
use crate::observe::observers::{HOST_NAME, Observers};
use crate::observe::progress::PROGRESS;
use crate::observe::stopwatch::{Entry, Stopwatch};
use crate::options::grants::Right;
use crate::services::Request;
use crate::services::capabilities::demand;
use crate::services::data::Data;
use crate::services::events::Emission;
use crate::services::services::Services;

/// An instance that sends, and what its messages can reach.
#[derive(Clone)]
pub(crate) struct Sender {
    pub(crate) instance: Arc<InstanceState>,
    pub(crate) services: Arc<Services>,
}

impl Sender {
    pub(crate) fn observers(&self) -> &Observers {
        &self.services.dispatcher.observers
    }
}

/// Answers one `send` of a live instance.
///
/// # Safety
/// `reply` is valid and the call's alone (rules 1 and 3).
pub(crate) unsafe fn send(
    sender: &Sender,
    caller: Caller<'_>,
    message: &SentMessage<'_>,
    reply: *mut rp_reply,
) -> rp_status {
    if sender.instance.has_ended() {
        return RP_ERR_CANCELLED;
    }
    let limit = sender.services.dispatcher.reply_limit;
    with_kept(limit, |buffer| match route(sender, caller, message, buffer) {
        // SAFETY: the caller lends a valid reply that is this call's alone; the answer lies in the host's own buffer.
        Ok(status) => unsafe { pass_on(reply, status, buffer.as_bytes()) },
        Err(NoAnswer::Cancelled) => RP_ERR_CANCELLED,
        // SAFETY: the caller lends a valid reply that is this call's alone, and nothing was written into it yet.
        Err(NoAnswer::Failed(refusal)) => unsafe { refuse(reply, &refusal) },
    })
}

/// Writes an error response into the asker's reply.
///
/// # Safety
/// `reply` is valid and the call's alone (rules 1 and 3).
pub(crate) unsafe fn refuse(reply: *mut rp_reply, refusal: &ServiceError) -> rp_status {
    let mut response = Vec::new();
    let status = write_service_error(&mut response, refusal);
    // SAFETY: the caller lends a valid reply that is this call's alone.
    unsafe { pass_on(reply, status, &response) }
}

fn write_service_error(response: &mut Vec<u8>, refusal: &ServiceError) -> Status {
    response.clear();
    // Neither writing into memory nor two strings as JSON can fail.
    let written = rp_protocol::write_error(response, refusal.code(), refusal.text(), refusal.details());
    debug_assert!(written.is_ok());
    Status::Failed
}

/// Writes a response into the caller's reply.
///
/// # Safety
/// `reply` is valid and the call's alone (rules 1 and 3).
unsafe fn pass_on(reply: *mut rp_reply, status: Status, response: &[u8]) -> rp_status {
    // SAFETY: the caller lends a valid reply that nobody else uses meanwhile.
    match unsafe { write_to_caller(reply, response) } {
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

/// What answers a message.
enum Answerer {
    Module(Arc<InstanceState>),
    Host,
}

fn route(
    sender: &Sender,
    caller: Caller<'_>,
    message: &SentMessage<'_>,
    buffer: &mut Reply,
) -> Result<Status, NoAnswer> {
    let checked = message.check();
    let shown;
    let (message_type, payload) = match &checked {
        Ok(texts) => *texts,
        Err(_) => {
            shown = message.lossy_texts();
            (&*shown.0, &*shown.1)
        }
    };
    let asked = Asked { sender, caller, message_type, payload };
    match checked.and_then(|_| asked.find()) {
        Ok(Answerer::Module(target)) => asked.pass_to(&target, buffer),
        Ok(Answerer::Host) => Ok(asked.answer(buffer, |request, data| asked.serve(request, data))),
        Err(refusal) => Ok(asked.answer(buffer, |_, _| Err(refusal))),
    }
}

/// A message that a module sent, and its sender.
struct Asked<'a> {
    sender: &'a Sender,
    caller: Caller<'a>,
    message_type: &'a str,
    payload: &'a str,
}

impl Asked<'_> {
    fn instance(&self) -> &InstanceState {
        &self.sender.instance
    }

    fn services(&self) -> &Services {
        &self.sender.services
    }

    /// The store, as far as the sender may use it.
    fn data(&self) -> Result<Data<'_>, ServiceError> {
        let services = self.services();
        let store = services.store.as_deref();
        let store = store.ok_or_else(|| ServiceError::new(code::NOT_SUPPORTED, "this host has no store"))?;
        Ok(Data {
            store,
            events: &services.events,
            observers: self.sender.observers(),
            sender: &self.sender.instance,
            max_bytes: services.dispatcher.reply_limit,
        })
    }

    /// Finds what answers, and checks that the sender may ask.
    fn find(&self) -> Result<Answerer, ServiceError> {
        match self.message_type {
            message_type::COMMAND => self.find_module(),
            message_type::QUERY => self.find_provider(Right::Read, &self.query()?.entity),
            message_type::MUTATION => self.find_provider(Right::Write, &self.mutation()?.entity),
            message_type::EVENT => self.check_emission().map(|()| Answerer::Host),
            other if self.services().service(other).is_some() => Ok(Answerer::Host),
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
        demand(self.instance(), Right::Call, &name)?;
        let found = self.services().dispatcher.registry.by_name(&name).map(Answerer::Module);
        found.ok_or_else(|| ServiceError::new(code::UNAVAILABLE, format!("no module named {name} is loaded")))
    }

    /// An entity belongs to the module that provides it, else to the store.
    fn find_provider(&self, right: Right, entity: &str) -> Result<Answerer, ServiceError> {
        demand(self.instance(), right, entity)?;
        match self.services().dispatcher.registry.provider(entity) {
            Some(provider) => Ok(Answerer::Module(provider)),
            None if self.services().store.is_some() => Ok(Answerer::Host),
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
            let text = format!(
                "{} may not emit {event}: {STORE_EVENTS}* is what the store tells",
                self.instance().name
            );
            return Err(ServiceError::new(code::DENIED, text));
        }
        demand(self.instance(), Right::Emit, &event)
    }

    /// Answers what the host answers itself.
    fn serve(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        match self.message_type {
            message_type::EVENT => self.publish(request, data),
            message_type::QUERY => self.data()?.query(request, &self.query()?, data),
            message_type::MUTATION => {
                self.data()?.mutate(self.emission("", request), &self.mutation()?, data)
            }
            other => match self.services().service(other) {
                Some(service) => service.answer(request, data),
                None => Err(ServiceError::new(code::UNAVAILABLE, "the service is gone")),
            },
        }
    }

    fn publish(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        let event = self.event()?;
        if event.event == PROGRESS {
            self.sender.observers().progress(&self.instance().name, request.cause, &event)?;
        } else {
            self.services().events.publish(self.emission(&event.event, request), self.payload)?;
        }
        data.extend_from_slice(b"{}");
        Ok(())
    }

    fn emission<'a>(&self, name: &'a str, request: &Request<'_>) -> Emission<'a> {
        Emission {
            name,
            entity: None,
            sender: Some(self.instance().id),
            cause: MessageId(request.id),
            hops: self.caller.hops(),
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
        let call = Call { message: &message, caller: self.caller, sender: Some(self.instance()) };
        let answer = self.services().dispatcher.call(target, &call, buffer).and_then(|status| {
            read_response(status, buffer)?;
            Ok(status)
        });
        answer.map_err(|fault| self.no_answer(&fault, &target.name))
    }

    fn no_answer(&self, fault: &CallFault, target: &str) -> NoAnswer {
        let is_gone = self.instance().has_ended();
        let is_over = matches!(
            fault,
            CallFault::Cancelled | CallFault::Expired | CallFault::CancelledAtWork | CallFault::ExpiredAtWork
        );
        if is_over && (is_gone || self.caller.is_cancelled()) {
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
        let observers = self.sender.observers();
        let request = Request {
            sender: &self.instance().name,
            message_type: self.message_type,
            payload: self.payload,
            id: MessageId::next().0,
            cause: self.caller.cause().0,
        };
        let watch = observers.is_traced().then(|| Stopwatch::start(observers));
        let status = respond(buffer, self.services().dispatcher.reply_limit, |data| work(&request, data));
        if let Some(watch) = watch {
            watch.record(&Entry {
                id: request.id,
                cause: request.cause,
                from: request.sender,
                to: HOST_NAME,
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
