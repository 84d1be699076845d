//! Routes a message that a module or the owner of the host sent to what answers it.

use std::borrow::Cow;
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
use crate::observe::playback::{Playback, Played};
use crate::observe::progress::PROGRESS;
use crate::observe::stopwatch::{Entry, Stopwatch};
use crate::options::grants::Right;
use crate::services::capabilities::demand;
use crate::services::data::{Data, stop_for, stop_for_owner};
use crate::services::events::Emission;
use crate::services::services::Services;
use crate::services::store::Stop;
use crate::services::{Request, Service};

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
    if let Some(playback) = &sender.observers().playback {
        // SAFETY: as the caller promises.
        return unsafe { play(&**playback, limit, message, reply) };
    }
    with_kept(limit, |buffer| match route(sender, caller, message, buffer) {
        // SAFETY: the caller lends a valid reply that is this call's alone; the answer lies in the host's own buffer.
        Ok(status) => unsafe { pass_on(reply, status, buffer.as_bytes()) },
        Err(NoAnswer::Cancelled) => RP_ERR_CANCELLED,
        // SAFETY: the caller lends a valid reply that is this call's alone, and nothing was written into it yet.
        Err(NoAnswer::Failed(refusal)) => unsafe { refuse(reply, &refusal) },
    })
}

/// Answers a `send` from a recording.
///
/// # Safety
/// `reply` is valid and the call's alone (rules 1 and 3).
unsafe fn play(
    playback: &dyn Playback,
    limit: usize,
    message: &SentMessage<'_>,
    reply: *mut rp_reply,
) -> rp_status {
    let texts = message.check().map_or_else(
        |_| message.lossy_texts(),
        |(message_type, payload)| (Cow::Borrowed(message_type), Cow::Borrowed(payload)),
    );
    with_kept(limit, |buffer| {
        let status = match playback.send(&texts.0, &texts.1, &mut buffer.storage_mut()) {
            Played::Success => Status::Success,
            Played::Error => Status::Failed,
            Played::Cancelled => return RP_ERR_CANCELLED,
        };
        // SAFETY: the caller lends a valid reply that is this call's alone; the answer lies in the host's own buffer.
        unsafe { pass_on(reply, status, buffer.as_bytes()) }
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
    Service(Arc<dyn Service>),
    Host,
}

/// Why an instance that was asked brought no usable response.
pub(super) struct Unanswered {
    pub(super) id: MessageId,
    pub(super) target: Arc<InstanceState>,
    pub(super) fault: CallFault,
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
    let message = Message::new(message_type, payload);
    let asked = Asked { instance: Some(&sender.instance), services: &sender.services, caller, message };
    let answer = asked.route(checked.map(|_| ()), buffer);
    answer.map_err(|Unanswered { id, target, fault }| {
        let answer = no_answer(&sender.instance, caller, &fault, &target.name);
        let refusal = match &answer {
            NoAnswer::Cancelled => None,
            NoAnswer::Failed(refusal) => Some(refusal),
        };
        sender.observers().write(|recorder| recorder.unanswered(id.0, refusal));
        answer
    })
}

fn no_answer(sender: &InstanceState, caller: Caller<'_>, fault: &CallFault, target: &str) -> NoAnswer {
    let is_over = matches!(
        fault,
        CallFault::Cancelled | CallFault::Expired | CallFault::CancelledAtWork | CallFault::ExpiredAtWork
    );
    if is_over && (sender.has_ended() || caller.is_cancelled()) {
        return NoAnswer::Cancelled;
    }
    NoAnswer::Failed(ServiceError::new(fault.protocol_code(), format!("{target}: {fault}")))
}

/// A message, and who sent it.
pub(super) struct Asked<'a> {
    /// The instance that sent it; `None` for the owner of the host, who may do everything.
    pub(super) instance: Option<&'a Arc<InstanceState>>,
    pub(super) services: &'a Services,
    pub(super) caller: Caller<'a>,
    pub(super) message: Message<'a>,
}

impl Asked<'_> {
    fn name(&self) -> &str {
        self.instance.map_or(HOST_NAME, |instance| &instance.name)
    }

    fn demand(&self, right: Right, name: &str) -> Result<(), ServiceError> {
        self.instance.map_or(Ok(()), |instance| demand(instance, right, name))
    }

    fn observers(&self) -> &Observers {
        &self.services.dispatcher.observers
    }

    /// Lets the message be answered; one that failed its check gets the error as its response.
    pub(super) fn route(
        &self,
        checked: Result<(), ServiceError>,
        buffer: &mut Reply,
    ) -> Result<Status, Unanswered> {
        match checked.and_then(|()| self.find()) {
            Ok(Answerer::Module(target)) => self.pass_to(target, buffer),
            Ok(Answerer::Service(service)) => {
                Ok(self.answer(buffer, |request, data| service.answer(request, data)))
            }
            Ok(Answerer::Host) => Ok(self.answer(buffer, |request, data| self.serve(request, data))),
            Err(refusal) => Ok(self.answer(buffer, |_, _| Err(refusal))),
        }
    }

    /// The store, as far as the sender may use it.
    fn data<'d>(
        &'d self,
        check_read: &'d dyn Fn(&str) -> Result<(), ServiceError>,
    ) -> Result<Data<'d>, ServiceError> {
        let store = self.services.store.as_deref();
        let store = store.ok_or_else(|| ServiceError::new(code::NOT_SUPPORTED, "this host has no store"))?;
        Ok(Data {
            store,
            events: &self.services.events,
            observers: self.observers(),
            check_read,
            max_bytes: self.services.dispatcher.reply_limit,
        })
    }

    /// Finds what answers, and checks that the sender may ask.
    fn find(&self) -> Result<Answerer, ServiceError> {
        match self.message.message_type {
            message_type::COMMAND => self.find_module(),
            message_type::QUERY => self.find_provider(Right::Read, &self.query()?.entity),
            message_type::MUTATION => self.find_provider(Right::Write, &self.mutation()?.entity),
            message_type::EVENT => self.check_emission().map(|()| Answerer::Host),
            other => self.services.own.find(other).map(Answerer::Service).ok_or_else(|| {
                let text = format!("nothing in this host answers messages of type {other}");
                ServiceError::new(code::NOT_SUPPORTED, text)
            }),
        }
    }

    /// A command with `module` beside `name` goes to the instance of that name.
    fn find_module(&self) -> Result<Answerer, ServiceError> {
        let command = rp_protocol::Command::parse(self.message.payload);
        let command = command.map_err(|fault| ServiceError::new(fault.code(), fault.to_string()))?;
        let Some(name) = command.module else {
            return Err(ServiceError::new(code::INVALID_PAYLOAD, "module: expected the name of a module"));
        };
        self.demand(Right::Call, &name)?;
        let found = self.services.dispatcher.registry.by_name(&name).map(Answerer::Module);
        found.ok_or_else(|| ServiceError::new(code::UNAVAILABLE, format!("no module named {name} is loaded")))
    }

    /// An entity belongs to the module that provides it, else to the store.
    fn find_provider(&self, right: Right, entity: &str) -> Result<Answerer, ServiceError> {
        self.demand(right, entity)?;
        match self.services.dispatcher.registry.provider(entity) {
            Some(provider) => Ok(Answerer::Module(provider)),
            None if self.services.store.is_some() => Ok(Answerer::Host),
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
        if self.instance.is_some() && event.starts_with(STORE_EVENTS) {
            let text =
                format!("{} may not emit {event}: {STORE_EVENTS}* is what the store tells", self.name());
            return Err(ServiceError::new(code::DENIED, text));
        }
        self.demand(Right::Emit, &event)
    }

    /// Answers what the host answers itself.
    fn serve(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        let check_read = |entity: &str| self.demand(Right::Read, entity);
        match self.message.message_type {
            message_type::EVENT => self.publish(request, data),
            message_type::QUERY => self.data(&check_read)?.query(&self.query()?, self.stop(request), data),
            _ => self.data(&check_read)?.mutate(self.emission("", request), &self.mutation()?, data),
        }
    }

    fn stop(&self, request: &Request<'_>) -> Option<Stop> {
        match self.instance {
            Some(instance) => stop_for(instance, MessageId(request.cause)),
            None => stop_for_owner(&self.message),
        }
    }

    fn publish(&self, request: &Request<'_>, data: &mut Vec<u8>) -> Result<(), ServiceError> {
        let event = self.event()?;
        if event.event == PROGRESS {
            self.observers().progress(self.name(), request.cause, &event)?;
        } else {
            self.services.events.publish(self.emission(&event.event, request), self.message.payload)?;
        }
        data.extend_from_slice(b"{}");
        Ok(())
    }

    fn emission<'e>(&'e self, name: &'e str, request: &Request<'_>) -> Emission<'e> {
        Emission {
            name,
            entity: None,
            sender: self.instance.map(|instance| instance.id),
            from: self.name(),
            cause: MessageId(request.id),
            hops: self.caller.hops(),
        }
    }

    fn query(&self) -> Result<rp_protocol::Query<'_>, ServiceError> {
        serde_json::from_str(self.message.payload).map_err(|error| wrong_payload(&error))
    }

    fn mutation(&self) -> Result<rp_protocol::Mutation<'_>, ServiceError> {
        serde_json::from_str(self.message.payload).map_err(|error| wrong_payload(&error))
    }

    fn event(&self) -> Result<rp_protocol::Event<'_>, ServiceError> {
        serde_json::from_str(self.message.payload).map_err(|error| wrong_payload(&error))
    }

    /// Passes the message on, byte for byte, and reads the response before the asker sees it.
    fn pass_to(&self, target: Arc<InstanceState>, buffer: &mut Reply) -> Result<Status, Unanswered> {
        let sender = self.instance.map(AsRef::as_ref);
        let call = Call { message: &self.message, caller: self.caller, sender };
        let id = MessageId::next();
        let answer = self.services.dispatcher.call_as(id, &target, &call, buffer).and_then(|status| {
            read_response(status, buffer)?;
            Ok(status)
        });
        answer.map_err(|fault| Unanswered { id, target, fault })
    }

    /// Lets the host answer: what `work` writes is the data of a success, what it refuses the error response.
    fn answer(
        &self,
        buffer: &mut Reply,
        work: impl FnOnce(&Request<'_>, &mut Vec<u8>) -> Result<(), ServiceError>,
    ) -> Status {
        let observers = self.observers();
        let (message_type, payload) = self.message.texts();
        let request = Request {
            sender: self.name(),
            message_type,
            payload,
            id: MessageId::next().0,
            cause: self.caller.cause().0,
        };
        let watch = observers.is_traced().then(|| Stopwatch::start(observers));
        let status = respond(buffer, self.services.dispatcher.reply_limit, |data| work(&request, data));
        if let Some(watch) = watch {
            watch.record(&Entry {
                id: request.id,
                cause: request.cause,
                from: request.sender,
                to: HOST_NAME,
                message_type,
                payload,
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
    response.extend_from_slice(rp_protocol::SUCCESS_START.as_bytes());
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
