//! Calls that are awaited, on whatever runtime.

use std::future::Future;
use std::marker::PhantomData;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Instant;

use rp_protocol::{Event, Mutation, Query, message_type};
use serde_core::Serialize;
use serde_core::de::{DeserializeOwned, IgnoredAny};
use serde_json::value::RawValue;

use crate::border::call_options::CallOptions;
use crate::border::cancel::CancelMessage;
use crate::border::message::{Message, Status};
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::pool::{Place, Promise, QueuedCall, Withdrawn};
use crate::error::{CallFault, Error};
use crate::host::instance_handle::Instance;
use crate::host::typed::{CommandPayload, Payload, command_title, read_data};
use crate::host::with_options::WithOptions;
use crate::services::services::Services;

/// A call that is awaited; made by [`Instance::command_async`] and its siblings.
///
/// It belongs to no runtime: it waits by the waker of whoever polls it. The call begins when it is first polled, and so does a
/// timeout. Dropping it cancels the call: one that waits for its turn is never made, one that is in work is told so
/// (`cancelled`), and its answer is discarded.
///
/// Calls of one instance are made in the order in which they began, beside those of threads that call it directly. A few
/// threads of the host make them ([`HostBuilder::call_threads`](crate::HostBuilder::call_threads)); none is held while a call
/// waits for its turn. Without a deadline that wait ends after the host's wait limit. When the instance is unloaded, the calls
/// that wait get `rp::call::unavailable`.
///
/// A service or sink of the embedder runs inside a call: call instances directly there. To block on one of these would hold
/// the thread of that call, and the host does not see whom it waits for.
///
/// # Errors
/// Each has those of the call of the same name without `_async`, and `rp::call::no_thread` if the system refuses the first
/// thread.
#[must_use = "a call begins when it is awaited"]
pub struct AsyncCall<R> {
    stage: Stage,
    instance: String,
    title: String,
    read: fn(Status, Reply) -> Result<R, CallFault>,
    /// The answer is read by whoever polls, so it need not be `Send`.
    _answer: PhantomData<fn() -> R>,
}

enum Stage {
    New(Result<Box<NewCall>, CallFault>),
    Started { promise: Arc<Promise>, place: Place, services: Arc<Services> },
    Done,
}

struct NewCall {
    services: Arc<Services>,
    call: QueuedCall,
    options: CallOptions,
}

impl NewCall {
    fn start(self) -> Stage {
        let NewCall { services, mut call, options } = self;
        call.started = Instant::now();
        call.deadline = options.deadline_of_call();
        call.cancel = options.token().cloned();
        let promise = Arc::clone(&call.promise);
        let place = services.pool.start(call);
        Stage::Started { promise, place, services }
    }
}

impl<R> Future for AsyncCall<R> {
    type Output = Result<R, Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if let Stage::New(_) = self.stage {
            let Stage::New(new) = std::mem::replace(&mut self.stage, Stage::Done) else {
                return Poll::Pending;
            };
            match new {
                Ok(new) => self.stage = new.start(),
                Err(fault) => return Poll::Ready(Err(self.error(fault))),
            }
        }
        let Stage::Started { promise, .. } = &self.stage else {
            panic!("a call is polled after it was answered");
        };
        let Some(outcome) = promise.poll(context.waker()) else { return Poll::Pending };
        self.stage = Stage::Done;
        let answer = outcome.and_then(|(status, reply)| (self.read)(status, reply));
        Poll::Ready(answer.map_err(|fault| self.error(fault)))
    }
}

impl<R> AsyncCall<R> {
    fn error(&self, fault: CallFault) -> Error {
        Error::call(&self.instance, &self.title, fault)
    }
}

impl<R> Drop for AsyncCall<R> {
    fn drop(&mut self) {
        let Stage::Started { promise, place, services } = &self.stage else { return };
        match promise.withdraw() {
            Withdrawn::InQueue => services.pool.withdraw(*place),
            Withdrawn::AtWork(id) => services.dispatcher.cancel_message(id),
            Withdrawn::Done => {}
        }
    }
}

impl<R> std::fmt::Debug for AsyncCall<R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = f.debug_struct("AsyncCall");
        shown.field("instance", &self.instance).field("call", &self.title).finish_non_exhaustive()
    }
}

impl Instance {
    /// Runs a command; await its result.
    ///
    /// ```no_run
    /// # async fn example(log: rp_host::Instance) -> Result<(), rp_host::Error> {
    /// use serde_json::{Value, json};
    /// let created: Value = log.command_async("create_log", &json!({"title": "Parents of John Ryan"})).await?;
    /// # let _ = created;
    /// # Ok(())
    /// # }
    /// ```
    pub fn command_async<A, R>(&self, name: &str, args: &A) -> AsyncCall<R>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        self.with(&CallOptions::new()).command_async(name, args)
    }

    /// Queries entities; await the result.
    pub fn query_async<R: DeserializeOwned>(&self, query: &Query<'_>) -> AsyncCall<R> {
        self.with(&CallOptions::new()).query_async(query)
    }

    /// Changes an entity; await the result.
    pub fn mutate_async<R: DeserializeOwned>(&self, mutation: &Mutation<'_>) -> AsyncCall<R> {
        self.with(&CallOptions::new()).mutate_async(mutation)
    }

    /// Delivers an event to this instance, as [`deliver_event`](Instance::deliver_event) does; await its answer.
    pub fn deliver_event_async(&self, event: &Event<'_>) -> AsyncCall<()> {
        self.with(&CallOptions::new()).deliver_event_async(event)
    }

    /// Sends `describe`; await the result as it came.
    pub fn describe_async(&self) -> AsyncCall<Box<RawValue>> {
        self.with(&CallOptions::new()).describe_async()
    }

    /// Sends a message of any type, with the deadline and the token that it has; await the reply with its response, which has
    /// been checked as by [`call`](Instance::call). An error response is a response.
    pub fn call_async(&self, message: &Message<'_>) -> AsyncCall<Reply> {
        let payload = Ok(message.payload.to_owned());
        let options = message.kept_options();
        self.asynchronous(message.message_type, message.message_type.to_owned(), payload, &options, read_text)
    }

    fn asynchronous<R>(
        &self,
        message_type: &str,
        title: String,
        payload: Result<String, CallFault>,
        options: &CallOptions,
        read: fn(Status, Reply) -> Result<R, CallFault>,
    ) -> AsyncCall<R> {
        let new = payload.map(|payload| {
            let call = QueuedCall::new(&self.services.dispatcher, &self.state, message_type, payload);
            Box::new(NewCall { services: Arc::clone(&self.services), call, options: options.clone() })
        });
        let instance = self.name().to_owned();
        AsyncCall { stage: Stage::New(new), instance, title, read, _answer: PhantomData }
    }
}

impl WithOptions<'_> {
    /// Runs a command; await its result.
    pub fn command_async<A, R>(&self, name: &str, args: &A) -> AsyncCall<R>
    where
        A: Serialize + ?Sized,
        R: DeserializeOwned,
    {
        let payload = to_json(&CommandPayload { name, args });
        self.asynchronous(message_type::COMMAND, command_title(name), payload)
    }

    /// Queries entities; await the result.
    pub fn query_async<R: DeserializeOwned>(&self, query: &Query<'_>) -> AsyncCall<R> {
        self.asynchronous(message_type::QUERY, message_type::QUERY.to_owned(), to_json(query))
    }

    /// Changes an entity; await the result.
    pub fn mutate_async<R: DeserializeOwned>(&self, mutation: &Mutation<'_>) -> AsyncCall<R> {
        self.asynchronous(message_type::MUTATION, message_type::MUTATION.to_owned(), to_json(mutation))
    }

    /// Delivers an event to this instance; await its answer.
    pub fn deliver_event_async(&self, event: &Event<'_>) -> AsyncCall<()> {
        let title = message_type::EVENT.to_owned();
        let read = |status, reply| read_typed::<IgnoredAny>(status, reply).map(|_| ());
        self.instance.asynchronous(message_type::EVENT, title, to_json(event), self.options, read)
    }

    /// Sends `describe`; await the result as it came.
    pub fn describe_async(&self) -> AsyncCall<Box<RawValue>> {
        self.asynchronous(message_type::DESCRIBE, message_type::DESCRIBE.to_owned(), Ok("{}".to_owned()))
    }

    fn asynchronous<R: DeserializeOwned>(
        &self,
        message_type: &str,
        title: String,
        payload: Result<String, CallFault>,
    ) -> AsyncCall<R> {
        self.instance.asynchronous(message_type, title, payload, self.options, read_typed::<R>)
    }
}

fn to_json(payload: &impl Payload) -> Result<String, CallFault> {
    let mut text = Vec::new();
    payload.write(&mut text).map_err(CallFault::Arguments)?;
    // SAFETY: as where a payload is written into kept memory.
    Ok(unsafe { String::from_utf8_unchecked(text) })
}

#[expect(clippy::needless_pass_by_value, reason = "has the type of the function that passes the reply on")]
fn read_typed<R: DeserializeOwned>(status: Status, reply: Reply) -> Result<R, CallFault> {
    read_data(status, &reply)
}

fn read_text(status: Status, reply: Reply) -> Result<Reply, CallFault> {
    read_response(status, &reply)?;
    Ok(reply)
}
