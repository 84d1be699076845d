//! Events for instances.

use std::sync::Arc;

use rp_protocol::{Response, message_type};

use super::emission::Queued;
use super::events::Events;
use super::queue::{Queue, Subscriber};
use super::recipient::{Now, Recipient};
use crate::border::message::Message;
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::call_chain::Caller;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::exchange::Call;
use crate::calls::instance::InstanceState;
use crate::observe::log::Level;
use crate::observe::observers::Observers;

impl Events {
    /// Subscribes an instance to the events that its manifest requests and its grants allow.
    pub(crate) fn subscribe(
        self: &Arc<Self>,
        dispatcher: &Arc<Dispatcher>,
        inner: &Arc<InstanceState>,
    ) -> std::io::Result<()> {
        match Now::new(dispatcher, inner) {
            Some(now) => self.start_delivery(inner, now),
            None => Ok(()),
        }
    }

    fn start_delivery(self: &Arc<Self>, inner: &InstanceState, now: Now) -> std::io::Result<()> {
        let recipient = Recipient::new(inner.id, now);
        let subscriber = Subscriber::Instance(Arc::clone(&recipient));
        let queue = Queue::new(subscriber, inner.name.clone(), self.limit());
        let mut reply = Reply::new();
        self.deliver_from(queue, move |event| deliver(&recipient, event, &mut reply).is_some())
    }

    /// Lets another instance, which takes the place of `old`, have the queue with all that waits in it.
    pub(crate) fn move_over(
        self: &Arc<Self>,
        dispatcher: &Arc<Dispatcher>,
        old: &InstanceState,
        successor: &Arc<InstanceState>,
    ) -> std::io::Result<()> {
        let Some(now) = Now::new(dispatcher, successor) else {
            self.unsubscribe(old);
            return Ok(());
        };
        match self.queue_of(old) {
            Some(queue) => {
                if let Some(recipient) = queue.recipient() {
                    recipient.change(now);
                }
            }
            None => self.start_delivery(successor, now)?,
        }
        Ok(())
    }
}

/// Delivers one event. If the subscriber fails, the log says so; the publisher is not told. `None` if the subscriber is gone.
fn deliver(recipient: &Recipient, event: &Queued, reply: &mut Reply) -> Option<()> {
    let (dispatcher, inner) = recipient.settled()?;
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
