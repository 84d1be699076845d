//! Asks the store on behalf of an instance, and emits what a change is worth.

use std::sync::Arc;
use std::time::Instant;

use rp_protocol::{Mutation, Operation, Query, code};

use super::Request;
use super::capabilities::demand;
use super::events::Emission;
use super::store::{Asker, Changed, Moment, Stop, Store};
use crate::calls::instance::InstanceState;
use crate::error::ServiceError;
use crate::options::grants::Right;

/// The most bytes of an event about a change, beside the name of the entity: names of fields, an id, two numbers.
const CHANGED: usize = 1024;

/// Answers a query whose own entity the sender may read.
pub(crate) fn query(
    sender: &Arc<InstanceState>,
    request: &Request<'_>,
    query: &Query<'_>,
    data: &mut Vec<u8>,
) -> Result<(), ServiceError> {
    let check_read = |entity: &str| demand(sender, Right::Read, entity);
    let mut asker = Asker::new(&check_read);
    asker.max_bytes = sender.shared.reply_limit;
    asker.stop = stop(sender, request.cause);
    store_of(sender)?.query(query, &asker, data)
}

/// Ends a query when the message that it is for is no longer wanted, or done, or when it takes longer than a whole call of
/// the sender may.
fn stop(sender: &Arc<InstanceState>, message: u64) -> Option<Stop> {
    let limit = sender.guest.call_time();
    if message == 0 && limit.is_none() {
        return None;
    }
    let (sender, started) = (Arc::clone(sender), Instant::now());
    let is_over = move || {
        let slot = sender.turns().find(message);
        message != 0 && slot.is_none_or(|slot| slot.is_cancelled(message))
    };
    Some(Arc::new(move || limit.is_some_and(|limit| started.elapsed() >= limit) || is_over()))
}

/// Changes an entity that the sender may write, and tells the subscribers of `entity.created` and its like that may read
/// it. Where their queues have no room the change is refused, since nobody would hear of it.
pub(crate) fn mutate(
    sender: &Arc<InstanceState>,
    emission: Emission<'_>,
    mutation: &Mutation<'_>,
    data: &mut Vec<u8>,
) -> Result<(), ServiceError> {
    let shared = &sender.shared;
    let name = match mutation.operation {
        Operation::Create => "entity.created",
        Operation::Update => "entity.updated",
        Operation::Delete => "entity.deleted",
    };
    let emission = Emission { name, entity: Some(&mutation.entity), ..emission };
    let reserved = shared.events.reserve(emission, CHANGED + mutation.entity.len())?;
    let moment = Moment { time_us: shared.now_us(), random: &|bytes| shared.random(bytes) };
    let check_read = |entity: &str| demand(sender, Right::Read, entity);
    let Changed { id, version } = store_of(sender)?.mutate(mutation, &Asker::new(&check_read), &moment)?;
    let changed = serde_json::json!({"entity": mutation.entity, "id": id, "version": version});
    reserved.emit(&serde_json::json!({"event": name, "data": changed}).to_string());
    let result = serde_json::to_writer(data, &serde_json::json!({"id": id, "version": version}));
    result.map_err(|error| ServiceError::new(code::INTERNAL, error.to_string()))
}

fn store_of(sender: &InstanceState) -> Result<&dyn Store, ServiceError> {
    let store = sender.shared.store.as_deref();
    store.ok_or_else(|| ServiceError::new(code::NOT_SUPPORTED, "this host has no store"))
}
