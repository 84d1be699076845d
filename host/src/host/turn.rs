//! Many messages to an instance in one turn.

use rp_protocol::{Event, Mutation, Query, Response, message_type};
use serde_core::Serialize;
use serde_core::de::{DeserializeOwned, IgnoredAny};

use crate::border::call_options::CallOptions;
use crate::border::message::{Message, Status};
use crate::border::reply::Reply;
use crate::calls::fast::Answer;
use crate::calls::turn::TurnGuard;
use crate::error::{CallFault, Error};
use crate::host::checked;
use crate::host::instance_handle::Instance;
use crate::host::typed::{self, CommandPayload, Payload, Plain, command_title};

/// What the error says that failed where no turn begins.
const ENTER: &str = "enter";

/// The turn of one thread at an instance: no other message reaches the instance until it is dropped. Made by
/// [`Instance::enter`].
///
/// It holds what a call takes and gives back, so that many messages one after the other cost less; and what they do
/// together, nobody else sees half done.
///
/// # What holds during a turn
/// - Each message is one like any other: checked, traced, recorded and counted, with the deadline and the token that it has.
/// - Calls of other threads, awaited calls and events wait for the end of the turn, each as long as it waits for a call:
///   keep it short. A module that is [concurrent](crate::abi::RP_CONCURRENT) goes on beside it: there the turn keeps one of
///   the places, and keeps nobody out.
/// - What the module sends while it handles a message of the turn goes where it always goes.
/// - The same thread reaches the instance only through the turn. A call with the [`Instance`] that would wait for it fails with
///   `rp::call::own_turn`; so does the end of the instance, or a second turn. A wait of two threads for each other's turns is
///   refused to the second of them (`rp::call::reentrant`). Nobody sees through an awaited call that the thread blocks on, or
///   through a thread of a module: these end at their limit.
/// - An unload, and new code for the instance, wait for the turn as for a call in flight, up to the host's wait limit; its
///   messages are still answered. After a death of the instance they fail with `rp::call::unavailable`, even if the instance
///   was started again: enter anew.
///
/// It belongs to the thread that entered it. Dropping it, in a panic too, lets the next one in.
pub struct Turn<'i> {
    guard: TurnGuard<'i>,
    reply_limit: usize,
}

impl Instance {
    /// Begins a turn: waits until the instance is free, and keeps it until the [`Turn`] is dropped.
    ///
    /// ```no_run
    /// use rp_host::{Host, Message, Reply};
    ///
    /// # fn main() -> Result<(), rp_host::Error> {
    /// # let host = Host::new();
    /// let log = host.load("libresearch_log.so")?;
    /// let mut reply = Reply::new();
    /// let mut turn = log.enter()?;
    /// for surname in ["Ryan", "O'Brien"] {
    ///     let payload = format!(r#"{{"surname":"{surname}"}}"#);
    ///     turn.call(&Message::new("genealogy.match", &payload), &mut reply)?;
    /// }
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Those of a call that is not answered: the instance is gone (`rp::call::unavailable`), it was not free within the host's
    /// wait limit (`rp::call::timeout`), or this thread would wait for itself (`rp::call::own_turn`, `rp::call::reentrant`).
    pub fn enter(&self) -> Result<Turn<'_>, Error> {
        self.enter_as(&Message::new(ENTER, ""))
    }

    /// The same, as long as the turn is wanted: deadline, timeout and token of `options` are those of the wait for it. The
    /// messages of the turn have their own.
    ///
    /// # Errors
    /// As for [`enter`](Instance::enter), and `rp::call::timeout` or `rp::call::cancelled` if the turn did not come while it was
    /// wanted.
    pub fn enter_with(&self, options: &CallOptions) -> Result<Turn<'_>, Error> {
        self.enter_as(&Message::new(ENTER, "").options(options))
    }

    fn enter_as(&self, message: &Message<'_>) -> Result<Turn<'_>, Error> {
        let dispatcher = &self.services.dispatcher;
        let guard = dispatcher.enter(&self.state, message).map_err(|fault| self.error(ENTER, fault))?;
        Ok(Turn { guard, reply_limit: dispatcher.reply_limit })
    }
}

impl Turn<'_> {
    /// Sends a message and reads the response, as [`Instance::call`] does.
    ///
    /// # Errors
    /// As there.
    #[inline]
    pub fn call<'r>(&mut self, message: &Message<'_>, reply: &'r mut Reply) -> Result<Response<'r>, Error> {
        let answer = self.ask_afresh(message, reply);
        checked::response(answer, reply, |fault| self.error(message.message_type, fault))
    }

    /// The same for a caller that keeps the reply, as [`Instance::call_status`].
    #[doc(hidden)]
    // As `call_raw`.
    #[inline(always)]
    pub fn call_status(&mut self, message: &Message<'_>, reply: &mut Reply) -> Result<Status, Error> {
        reply.wipe();
        let answer = self.guard.ask(message, reply);
        checked::status(answer, reply, |fault| self.error(message.message_type, fault))
    }

    /// Sends a message without reading the response, as [`Instance::call_raw`] does.
    ///
    /// # Errors
    /// As there.
    // Inlined where the message is made, so that it is made in registers.
    #[inline(always)]
    pub fn call_raw(&mut self, message: &Message<'_>, reply: &mut Reply) -> Result<Status, Error> {
        match self.guard.ask(message, reply) {
            Ok(status) => Ok(status),
            Err(fault) => Err(self.error(message.message_type, *fault)),
        }
    }

    /// Runs a command and returns its result, as [`Instance::command`] does.
    ///
    /// # Errors
    /// As there.
    pub fn command<A, R>(&mut self, name: &str, args: &A) -> Result<R, Error>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        let answer = self.exchange(message_type::COMMAND, &CommandPayload { name, args });
        answer.map_err(|fault| self.error(&command_title(name), fault))
    }

    /// Queries entities, as [`Instance::query`] does.
    ///
    /// # Errors
    /// As there.
    pub fn query<R: DeserializeOwned>(&mut self, query: &Query<'_>) -> Result<R, Error> {
        self.typed(message_type::QUERY, query)
    }

    /// Changes an entity, as [`Instance::mutate`] does.
    ///
    /// # Errors
    /// As there.
    pub fn mutate<R: DeserializeOwned>(&mut self, mutation: &Mutation<'_>) -> Result<R, Error> {
        self.typed(message_type::MUTATION, mutation)
    }

    /// Delivers an event and waits for its answer, as [`Instance::deliver_event`] does.
    ///
    /// # Errors
    /// As there.
    pub fn deliver_event(&mut self, event: &Event<'_>) -> Result<(), Error> {
        self.typed::<IgnoredAny>(message_type::EVENT, event).map(|_| ())
    }

    /// Sends a message into a reply that holds nothing of before.
    #[inline(never)]
    fn ask_afresh(&mut self, message: &Message<'_>, reply: &mut Reply) -> Answer {
        reply.wipe();
        self.guard.ask(message, reply)
    }

    fn typed<R: DeserializeOwned>(&mut self, message_type: &str, payload: &impl Payload) -> Result<R, Error> {
        let answer = self.exchange(message_type, payload);
        answer.map_err(|fault| self.error(message_type, fault))
    }

    fn exchange<R: DeserializeOwned>(
        &mut self,
        message_type: &str,
        payload: &impl Payload,
    ) -> Result<R, CallFault> {
        let ask = |message: &Message<'_>, reply: &mut Reply| self.guard.ask(message, reply);
        typed::exchange(self.reply_limit, message_type, payload, &Plain, ask)
    }

    #[cold]
    fn error(&self, operation: &str, fault: CallFault) -> Error {
        Error::call(&self.guard.instance().name, operation, fault)
    }
}

impl std::fmt::Debug for Turn<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Turn").field("instance", self.guard.instance()).finish_non_exhaustive()
    }
}
