//! One call in a queue, or with a thread of the pool.

use std::sync::Arc;
use std::time::{Duration, Instant};

use super::promise::{Outcome, Promise};
use crate::border::cancel::{CancelToken, Enlisted};
use crate::border::message::Message;
use crate::border::message_id::MessageId;
use crate::border::reply::Reply;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::instance::InstanceState;
use crate::calls::slots::HeldSlot;
use crate::error::CallFault;
use crate::observe::counters::Came;
use crate::observe::observers::HOST_NAME;
use crate::observe::stopwatch::{Entry, Stopwatch};

/// A call that was started and has no answer yet; dropping it answers it, if nothing else did.
pub(crate) struct QueuedCall {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) target: Arc<InstanceState>,
    pub(crate) message_type: String,
    pub(crate) payload: String,
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancel: Option<CancelToken>,
    pub(crate) started: Instant,
    pub(crate) promise: Arc<Promise>,
    /// Its place in the list of its token while it waits.
    pub(super) enlisted: Option<Enlisted>,
}

impl QueuedCall {
    pub(crate) fn new(
        dispatcher: &Arc<Dispatcher>,
        target: &Arc<InstanceState>,
        message_type: &str,
        payload: String,
    ) -> Self {
        QueuedCall {
            dispatcher: Arc::clone(dispatcher),
            target: Arc::clone(target),
            message_type: message_type.to_owned(),
            payload,
            deadline: None,
            cancel: None,
            started: Instant::now(),
            promise: Arc::default(),
            enlisted: None,
        }
    }

    /// When it no longer waits for its turn.
    pub(super) fn waits_until(&self) -> Option<Instant> {
        self.deadline.or_else(|| self.started.checked_add(self.dispatcher.wait_limit))
    }

    pub(super) fn waited(&self) -> Duration {
        self.started.elapsed()
    }

    /// Makes the call in the slot that is held for message `held.id`.
    pub(super) fn run(&mut self, target: &Arc<InstanceState>, held: HeldSlot<'_>) -> Outcome {
        let mut reply = Reply::with_limit(self.dispatcher.reply_limit);
        let message = Message::new(&self.message_type, &self.payload);
        let message = Message { deadline: self.deadline, cancel: self.cancel.as_ref(), ..message };
        self.enlisted = None;
        let status = self.dispatcher.call_in_slot(target, held, &message, &mut reply)?;
        Ok((status, reply))
    }

    /// Answers the call without having made it.
    pub(super) fn refuse(self, fault: CallFault) {
        if !self.target.is_unwatched {
            self.record_refusal(&fault);
        }
        self.promise.fulfil(Err(fault));
    }

    #[cold]
    fn record_refusal(&self, fault: &CallFault) {
        self.target.lineage.counts().add(Came::Fault, self.waited(), self.payload.len(), 0);
        Stopwatch::start(&self.dispatcher.observers).record(&Entry {
            id: MessageId::next().0,
            cause: MessageId::NONE.0,
            from: HOST_NAME,
            to: &self.target.name,
            message_type: &self.message_type,
            payload: &self.payload,
            outcome: fault.code(),
            response: b"",
        });
    }
}

impl Drop for QueuedCall {
    fn drop(&mut self) {
        let panicked = "the host panicked while it made the call";
        self.promise.fulfil(Err(CallFault::Unavailable(panicked)));
    }
}
