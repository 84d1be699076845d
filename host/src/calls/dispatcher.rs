//! What all calls of one host share.

use std::sync::Arc;
use std::time::Duration;

use crate::border::cancel::CancelMessage;
use crate::border::message_id::MessageId;
use crate::calls::registry::Registry;
use crate::calls::wait_graph::WaitForGraph;
use crate::observe::observers::Observers;

/// Sends messages to the instances of one host. The usual call needs none of it; see `calls::fast`.
pub(crate) struct Dispatcher {
    pub(crate) registry: Registry,
    pub(crate) wait_graph: WaitForGraph,
    pub(crate) observers: Arc<Observers>,
    /// The most bytes of a response, where the host owns the reply.
    pub(crate) reply_limit: usize,
    /// How long a message without a deadline waits for a slot, and an unload for the calls in flight.
    pub(crate) wait_limit: Duration,
}

impl Dispatcher {
    pub(crate) fn new(observers: Observers, reply_limit: usize, wait_limit: Duration) -> Arc<Self> {
        Arc::new(Dispatcher {
            registry: Registry::default(),
            wait_graph: WaitForGraph::default(),
            observers: Arc::new(observers),
            reply_limit,
            wait_limit,
        })
    }

    /// A module is about to handle this message: what it gets meanwhile is part of a recording.
    pub(super) fn note_entry(&self, id: MessageId) {
        if let Some(recorder) = &self.observers.recorder {
            recorder.enter(id.0);
        }
    }
}

impl CancelMessage for Dispatcher {
    fn cancel_message(&self, id: MessageId) {
        self.registry.cancel(id);
        self.wait_graph.wake(|waiter| waiter.chain.contains(&id));
    }
}
