//! Events for instances.

use std::sync::{Arc, Weak};

use rp_protocol::{Response, message_type};

use super::emission::Queued;
use super::events::Events;
use super::queue::{Queue, Subscriber};
use crate::border::message::Message;
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::call_chain::Caller;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::exchange::Call;
use crate::calls::instance::InstanceState;
use crate::observe::log::Level;
use crate::observe::observers::Observers;
use crate::options::grants::{Right, covers};

impl Events {
    /// Subscribes an instance to the events that its manifest requests and its grants allow.
    pub(crate) fn subscribe(
        self: &Arc<Self>,
        dispatcher: &Arc<Dispatcher>,
        inner: &Arc<InstanceState>,
    ) -> std::io::Result<()> {
        let requests = inner.module.info().manifest.requests.subscribe.clone();
        if requests.is_empty() || inner.grants.subscribe.is_empty() {
            return Ok(());
        }
        let grants = inner.grants.clone();
        let wants = Box::new(move |event: &super::Emission<'_>| {
            covers(&requests, event.name)
                && grants.allow(Right::Subscribe, event.name)
                && event.entity.is_none_or(|entity| grants.allow(Right::Read, entity))
        });
        let queue = Queue::new(Subscriber::Instance(inner.id), inner.name.clone(), self.limit(), wants);
        let (dispatcher, inner) = (Arc::downgrade(dispatcher), Arc::downgrade(inner));
        let mut reply = Reply::new();
        self.deliver_from(queue, move |event| deliver(&dispatcher, &inner, event, &mut reply).is_some())
    }
}

/// Delivers one event. If the subscriber fails, the log says so; the publisher is not told. `None` if the subscriber is gone.
fn deliver(
    dispatcher: &Weak<Dispatcher>,
    inner: &Weak<InstanceState>,
    event: &Queued,
    reply: &mut Reply,
) -> Option<()> {
    let (dispatcher, inner) = (dispatcher.upgrade()?, inner.upgrade()?);
    let message = Message::new(message_type::EVENT, &event.payload);
    let caller = Caller::Event { cause: event.cause, hops: event.hops };
    let call = Call { message: &message, caller, sender: None };
    let answer = dispatcher.call(&inner, &call, reply).and_then(|status| read_response(status, reply));
    let problem = match answer {
        Ok(Response::Success(_)) => return Some(()),
        Ok(Response::Error(body)) => body.error.into_owned(),
        Err(fault) => fault.to_string(),
    };
    report(&dispatcher.observers, &inner.name, &event.payload, &problem);
    Some(())
}

fn report(observers: &Observers, instance: &str, payload: &str, problem: &str) {
    let name = serde_json::from_str::<rp_protocol::Event<'_>>(payload);
    let name = name.map_or_else(|_| "?".to_owned(), |event| event.event.into_owned());
    observers.log_own(Level::Error, &format!("{instance} failed on the event {name}: {problem}"));
}
