//! An embedder's handle to one instance.

use std::path::Path;
use std::sync::Arc;

use rp_protocol::{Event, Manifest, Mutation, Query, Response, message_type};
use serde_core::Serialize;
use serde_core::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::error::{CallFault, Error};

use crate::border::message::{Message, Status};
use crate::border::module::Profile;
use crate::border::reply::Reply;
use crate::calls::fast::Answer;
use crate::calls::instance::InstanceState;
use crate::host::checked;
use crate::host::lifecycle;
use crate::host::typed::{self, CommandPayload, Payload, Plain, Prepare, command_title};
use crate::host::worker::{self, WorkerStatus};
use crate::observe::counters::Counters;
use crate::options::load::LoadOptions;
use crate::services::services::Services;

/// A handle to one instance: cheap to clone, usable from any thread.
///
/// Calls through a handle whose instance was unloaded or is dead fail with `rp::call::unavailable`.
///
/// ```no_run
/// use rp_host::{Host, Message, Reply};
/// use serde_json::{Value, json};
///
/// # fn main() -> Result<(), rp_host::Error> {
/// let host = Host::new();
/// let log = host.load("libresearch_log.so")?;
/// let created: Value = log.command("create_log", &json!({"title": "Parents of John Ryan"}))?;
/// // A message type of one's own, and the response as it came.
/// let mut reply = Reply::new();
/// log.call(&Message::new("genealogy.match", r#"{"surname":"Ryan"}"#), &mut reply)?;
/// log.unload()?;
/// # let _ = created;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Instance {
    pub(super) state: Arc<InstanceState>,
    pub(super) services: Arc<Services>,
}

impl std::fmt::Debug for Instance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        std::fmt::Debug::fmt(&self.state, f)
    }
}

impl Instance {
    pub(super) fn new(state: Arc<InstanceState>, services: Arc<Services>) -> Self {
        Instance { state, services }
    }

    /// The instance that answers now: that of this handle, or the last that took its place.
    pub(super) fn current(&self) -> &Arc<InstanceState> {
        self.state.current()
    }

    pub(super) fn options(&self) -> LoadOptions {
        self.current().options.clone()
    }

    /// The instance's name, unique within its host.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.state.name
    }

    /// The module's manifest.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.current().module.info().manifest
    }

    /// The manifest as the module wrote it.
    #[must_use]
    pub fn manifest_text(&self) -> &str {
        &self.current().module.info().manifest_text
    }

    /// The interface that the module uses.
    #[must_use]
    pub fn profile(&self) -> Profile {
        self.current().module.info().profile
    }

    /// The file that the module came from; a static module has none.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.current().module.info().path.as_deref()
    }

    /// Whether the instance takes messages: it is neither unloaded nor dead.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.current().is_ready()
    }

    /// What its calls took so far; `None` unless the host [counts](crate::HostBuilder::count_calls) them.
    #[must_use]
    pub fn counters(&self) -> Option<Counters> {
        let is_counting = self.services.dispatcher.observers.is_counting;
        is_counting.then(|| self.current().lineage.counts().read())
    }

    /// The process of an [isolated](crate::LoadOptions::isolated) instance; `None` for every other one.
    ///
    /// ```no_run
    /// use rp_host::{Host, Isolation, LoadOptions};
    ///
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let host = Host::builder().on_worker(|event| eprintln!("{event}")).build();
    /// let log = host.load_with("libresearch_log.so", LoadOptions::new().isolated(Isolation::default()))?;
    /// let worker = log.worker().expect("it is isolated");
    /// println!("process {}, {}, {} restarts", worker.pid, worker.state.as_str(), worker.restarts);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn worker(&self) -> Option<WorkerStatus> {
        worker::status(self.current())
    }

    /// Sends a message and reads the response: UTF-8, one JSON object, whose `status` field agrees with the returned code.
    ///
    /// The response borrows from `reply`, whose memory the next call reuses.
    ///
    /// # Errors
    /// If there is no response, or one that breaks the protocol. An error response is a response.
    #[inline]
    pub fn call<'r>(&self, message: &Message<'_>, reply: &'r mut Reply) -> Result<Response<'r>, Error> {
        let answer = self.ask_afresh(message, reply);
        checked::response(answer, reply, |fault| self.error(message.message_type, fault))
    }

    /// The same for a caller that keeps the reply: the response is read, and its status returned.
    #[doc(hidden)]
    // As `call_raw`.
    #[inline(always)]
    pub fn call_status(&self, message: &Message<'_>, reply: &mut Reply) -> Result<Status, Error> {
        reply.wipe();
        let answer = self.ask(message, reply);
        checked::status(answer, reply, |fault| self.error(message.message_type, fault))
    }

    /// Sends a message without reading the response: every check of the border, none of the response's text.
    ///
    /// [`Reply::as_bytes`] has what the module wrote. Validate it before it goes to anyone who trusts it. A module can read
    /// in the reply's memory what earlier calls left there; a new reply, or one that was used only for
    /// [`call`](Instance::call), holds nothing from other modules.
    ///
    /// # Errors
    /// If there is no response.
    // Inlined where the message is made, so that it is made in registers.
    #[inline(always)]
    pub fn call_raw(&self, message: &Message<'_>, reply: &mut Reply) -> Result<Status, Error> {
        match self.ask(message, reply) {
            Ok(status) => Ok(status),
            Err(fault) => Err(self.error(message.message_type, *fault)),
        }
    }

    /// Runs a command and returns its result.
    ///
    /// # Errors
    /// If there is no response, if it is an error response (`rp::call::answered_error`), or if its data is not an `R`.
    pub fn command<A, R>(&self, name: &str, args: &A) -> Result<R, Error>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        self.run_command(name, args, &Plain)
    }

    /// Queries entities.
    ///
    /// # Errors
    /// As for [`command`](Instance::command).
    pub fn query<R: DeserializeOwned>(&self, query: &Query<'_>) -> Result<R, Error> {
        self.typed(message_type::QUERY, query, &Plain)
    }

    /// Changes an entity.
    ///
    /// # Errors
    /// As for [`command`](Instance::command).
    pub fn mutate<R: DeserializeOwned>(&self, mutation: &Mutation<'_>) -> Result<R, Error> {
        self.typed(message_type::MUTATION, mutation, &Plain)
    }

    /// Delivers an event to this instance, subscribed or not, and waits for its answer. [`Host::publish`](crate::Host::publish)
    /// queues one for every subscriber instead.
    ///
    /// # Errors
    /// As for [`command`](Instance::command).
    pub fn deliver_event(&self, event: &Event<'_>) -> Result<(), Error> {
        self.typed::<IgnoredAny>(message_type::EVENT, event, &Plain).map(|_| ())
    }

    /// Sends `describe` and returns the result as it came; [`rp_protocol::Description`] reads it.
    ///
    /// # Errors
    /// As for [`command`](Instance::command).
    pub fn describe(&self) -> Result<Box<RawValue>, Error> {
        self.typed(message_type::DESCRIBE, &serde_json::Map::new(), &Plain)
    }

    /// Ends the instance: waits for the calls in flight, then sends `shutdown` and calls `destroy`. Its library stays
    /// mapped (rule 10).
    ///
    /// # Errors
    /// If the instance is still busy after the host's wait limit (it stays loaded), if it was unloaded before, or if
    /// `shutdown` failed (it is gone all the same).
    pub fn unload(&self) -> Result<(), Error> {
        lifecycle::unload(&self.services, self.current())
    }

    /// Sends a message on the fast path if possible, or else on the full one.
    #[inline(always)]
    pub(super) fn ask(&self, message: &Message<'_>, reply: &mut Reply) -> Answer {
        if !message.is_plain() {
            return self.ask_in_full(*message, reply);
        }
        match self.state.call_in_first_slot(message.message_type, message.payload, reply) {
            Some(answer) => answer,
            None => self.ask_elsewhere(message.message_type, message.payload, reply),
        }
    }

    /// Slow path when slot 0 is not biased to this thread; most threads of a concurrent instance take it.
    #[inline(never)]
    fn ask_elsewhere(&self, message_type: &str, payload: &str, reply: &mut Reply) -> Answer {
        match self.state.call_in_own_slot(message_type, payload, reply) {
            Some(answer) => answer,
            None => self.ask_successor(message_type, payload, reply),
        }
    }

    /// Where another instance took the place of this one, handles from before reach it here.
    #[inline(never)]
    fn ask_successor(&self, message_type: &str, payload: &str, reply: &mut Reply) -> Answer {
        let quick = self.state.successor().and_then(|next| {
            let current = next.current();
            let first = current.call_in_first_slot(message_type, payload, reply);
            first.or_else(|| current.call_in_own_slot(message_type, payload, reply))
        });
        quick.unwrap_or_else(|| self.ask_in_full(Message::new(message_type, payload), reply))
    }

    /// Sends a message into a reply that holds nothing of before.
    #[inline(always)]
    fn ask_afresh(&self, message: &Message<'_>, reply: &mut Reply) -> Answer {
        if message.is_plain() {
            return self.ask_plainly(message.message_type, message.payload, reply);
        }
        reply.wipe();
        self.ask_in_full(*message, reply)
    }

    #[inline(never)]
    fn ask_plainly(&self, message_type: &str, payload: &str, reply: &mut Reply) -> Answer {
        reply.wipe();
        self.ask(&Message::new(message_type, payload), reply)
    }

    #[cold]
    #[inline(never)]
    fn ask_in_full(&self, message: Message<'_>, reply: &mut Reply) -> Answer {
        self.services.dispatcher.call_from_thread(&self.state, &message, reply).map_err(Box::new)
    }

    pub(super) fn run_command<A, R>(&self, name: &str, args: &A, options: &impl Prepare) -> Result<R, Error>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        let answer = self.exchange(message_type::COMMAND, &CommandPayload { name, args }, options);
        answer.map_err(|fault| self.error(&command_title(name), fault))
    }

    pub(super) fn typed<R: DeserializeOwned>(
        &self,
        message_type: &str,
        payload: &impl Payload,
        options: &impl Prepare,
    ) -> Result<R, Error> {
        let answer = self.exchange(message_type, payload, options);
        answer.map_err(|fault| self.error(message_type, fault))
    }

    fn exchange<R: DeserializeOwned>(
        &self,
        message_type: &str,
        payload: &impl Payload,
        options: &impl Prepare,
    ) -> Result<R, CallFault> {
        let limit = self.services.dispatcher.reply_limit;
        typed::exchange(limit, message_type, payload, options, |message, reply| self.ask(message, reply))
    }

    #[cold]
    pub(super) fn error(&self, operation: &str, fault: CallFault) -> Error {
        Error::call(&self.state.name, operation, fault)
    }
}
