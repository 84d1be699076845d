//! Queries and changes the store on behalf of an instance, and publishes the change event.

use std::sync::Arc;
use std::time::Instant;

use rp_protocol::{Mutation, Operation, Query, code};

use super::events::{Emission, Events};
use super::store::{Asker, Moment, Stop, Store};
use crate::border::cancel::CancelToken;
use crate::border::message::Message;
use crate::border::message_id::MessageId;
use crate::calls::instance::InstanceState;
use crate::error::ServiceError;
use crate::observe::observers::Observers;

/// The most bytes of a change event without the name of the entity: field names, an id, two numbers.
const CHANGED: usize = 1024;

/// The store of a host, on behalf of an instance or of its owner.
pub(crate) struct Data<'a> {
    pub(crate) store: &'a dyn Store,
    pub(crate) events: &'a Events,
    pub(crate) observers: &'a Observers,
    /// Whether the sender may read entities of this name.
    pub(crate) check_read: &'a dyn Fn(&str) -> Result<(), ServiceError>,
    /// The most bytes of an answer.
    pub(crate) max_bytes: usize,
}

impl Data<'_> {
    /// Answers a query. The caller has checked that the sender may read the query's own entity.
    pub(crate) fn query(
        &self,
        query: &Query<'_>,
        stop: Option<Stop>,
        data: &mut Vec<u8>,
    ) -> Result<(), ServiceError> {
        let mut asker = Asker::new(self.check_read);
        asker.max_bytes = self.max_bytes;
        asker.stop = stop;
        self.store.query(query, &asker, data)
    }

    /// Changes an entity that the sender may write, and publishes `entity.created`, `entity.updated` or `entity.deleted` to
    /// the subscribers that may read it. If a queue has no room, the change fails, since that subscriber would miss it.
    pub(crate) fn mutate(
        &self,
        emission: Emission<'_>,
        mutation: &Mutation<'_>,
        data: &mut Vec<u8>,
    ) -> Result<(), ServiceError> {
        let name = match mutation.operation {
            Operation::Create => "entity.created",
            Operation::Update => "entity.updated",
            Operation::Delete => "entity.deleted",
        };
        let emission = Emission { name, entity: Some(&mutation.entity), ..emission };
        let reserved = self.events.reserve(emission, CHANGED + mutation.entity.len())?;
        let random = |bytes: &mut [u8]| self.observers.random(bytes);
        let moment = Moment { time_us: self.observers.now_us(), random: &random };
        let made = self.store.mutate(mutation, &Asker::new(self.check_read), &moment)?;
        let changed = serde_json::json!({"entity": mutation.entity, "id": made.id, "version": made.version});
        reserved.publish(&serde_json::json!({"event": name, "data": changed}).to_string());
        let result = rp_protocol::to_writer(data, &made);
        result.map_err(|error| ServiceError::new(code::INTERNAL, error.to_string()))
    }
}

/// Stops a query when the message that it serves has been cancelled or answered, or when it takes longer than the sender's
/// limit for a whole call.
pub(crate) fn stop_for(sender: &Arc<InstanceState>, message: MessageId) -> Option<Stop> {
    let limit = sender.guest.call_time();
    if message == MessageId::NONE && limit.is_none() {
        return None;
    }
    let (sender, started) = (Arc::clone(sender), Instant::now());
    let is_over = move || {
        let slot = sender.slots().find(message);
        message != MessageId::NONE && slot.is_none_or(|slot| slot.is_cancelled(message))
    };
    Some(Arc::new(move || limit.is_some_and(|limit| started.elapsed() >= limit) || is_over()))
}

/// Stops a query of the owner when nobody waits for its answer any more.
pub(crate) fn stop_for_owner(message: &Message<'_>) -> Option<Stop> {
    if message.is_plain() {
        return None;
    }
    let (deadline, token) = (message.deadline, message.cancel.cloned());
    Some(Arc::new(move || {
        deadline.is_some_and(|deadline| Instant::now() >= deadline)
            || token.as_ref().is_some_and(CancelToken::is_cancelled)
    }))
}
