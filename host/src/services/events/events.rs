//! The queues of a host, and publishing into them.

use std::sync::atomic::AtomicUsize;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rp_protocol::code;

use super::emission::{Emission, Queued, Room};
use super::queue::{EventCounts, Queue, Subscriber, lock};
use crate::calls::instance::{InstanceId, InstanceState};
use crate::error::ServiceError;

/// The longest chain of events of which each is published while the one before it is handled; a longer one is a loop.
const MAX_HOPS: u32 = 32;

/// Room for one event in the queue of each subscriber. Dropping it gives the room back.
pub(crate) struct Reserved<'a> {
    events: &'a Events,
    emission: Emission<'a>,
    queues: Vec<Arc<Queue>>,
    room: Option<Room>,
}

/// The queues of a host.
pub(crate) struct Events {
    queues: Mutex<Vec<Arc<Queue>>>,
    /// The queues of unsubscribed instances whose threads nobody has joined.
    closed: Mutex<Vec<Arc<Queue>>>,
    limit: usize,
    bytes_limit: usize,
    /// Bytes of the payloads that are queued or being delivered, each counted once.
    held: Arc<AtomicUsize>,
    /// Events that are queued or being delivered.
    pending: Mutex<usize>,
    settled: Condvar,
}

impl Events {
    /// `limit` is how many events may be queued for one subscriber, `bytes_limit` how many bytes of payloads in all.
    pub(crate) fn new(limit: usize, bytes_limit: usize) -> Self {
        Events {
            queues: Mutex::default(),
            closed: Mutex::default(),
            limit,
            bytes_limit,
            held: Arc::default(),
            pending: Mutex::new(0),
            settled: Condvar::new(),
        }
    }

    /// Reserves room for an event in the queue of every subscriber, or in none. Its payload has at most `bytes`.
    pub(crate) fn reserve<'a>(
        &'a self,
        emission: Emission<'a>,
        bytes: usize,
    ) -> Result<Reserved<'a>, ServiceError> {
        if emission.hops >= MAX_HOPS {
            let text = format!(
                "{MAX_HOPS} events led to {}, each published for the one before: a loop",
                emission.name
            );
            return Err(ServiceError::new(code::TOO_LARGE, text));
        }
        let mut reserved = Reserved { events: self, emission, queues: Vec::new(), room: None };
        for queue in lock(&self.queues).iter().filter(|queue| queue.wants(&emission)) {
            if let Err(limit) = queue.reserve() {
                let text =
                    format!("{} already has {limit} events queued; publish fewer, or later", queue.name);
                return Err(ServiceError::new(code::UNAVAILABLE, text));
            }
            reserved.queues.push(Arc::clone(queue));
        }
        if !reserved.queues.is_empty() {
            reserved.room = Some(self.room(&reserved.queues, bytes)?);
        }
        Ok(reserved)
    }

    /// Takes the bytes of a payload for these queues.
    fn room(&self, queues: &[Arc<Queue>], bytes: usize) -> Result<Room, ServiceError> {
        let limit = self.bytes_limit;
        if bytes > limit {
            let text = format!("an event of {bytes} bytes is larger than the {limit} that a host may queue");
            return Err(ServiceError::new(code::TOO_LARGE, text));
        }
        Room::take(&self.held, bytes, limit).ok_or_else(|| {
            let busiest = queues.iter().max_by_key(|queue| queue.len());
            let name = busiest.map_or("nobody", |queue| &queue.name);
            let text = format!(
                "events for {name} and others use up the {limit} bytes that a host may queue; publish fewer, or later"
            );
            ServiceError::new(code::UNAVAILABLE, text)
        })
    }

    /// Queues an event for every subscriber, or for none. `payload` holds `event` and `data`.
    pub(crate) fn publish(&self, emission: Emission<'_>, payload: &str) -> Result<(), ServiceError> {
        self.reserve(emission, payload.len())?.publish(payload);
        Ok(())
    }

    /// The most events that wait for an instance or a function of the embedder.
    pub(super) fn limit(&self) -> usize {
        self.limit
    }

    pub(super) fn enter(&self, queue: Arc<Queue>) {
        lock(&self.queues).push(queue);
    }

    /// Ends what the embedder subscribed to, and drops what is still queued for it.
    pub(super) fn leave(&self, queue: &Arc<Queue>) {
        lock(&self.queues).retain(|other| !Arc::ptr_eq(other, queue));
        queue.close();
    }

    /// Ends all that the embedder hears by. Its functions have this long to handle what is queued for them; false if that is
    /// not enough.
    pub(crate) fn finish(&self, limit: Duration) -> bool {
        let own = |queue: &mut Arc<Queue>| !matches!(queue.subscriber, Subscriber::Instance(_));
        let own: Vec<Arc<Queue>> = lock(&self.queues).extract_if(.., own).collect();
        own.iter().for_each(|queue| queue.finish());
        let deadline = Instant::now().checked_add(limit);
        let left = || deadline.map_or(limit, |deadline| deadline.saturating_duration_since(Instant::now()));
        own.iter().all(|queue| queue.join(left()))
    }

    /// The queue from which an instance gets its events.
    pub(super) fn queue_of(&self, instance: &InstanceState) -> Option<Arc<Queue>> {
        let is_meant =
            |queue: &&Arc<Queue>| queue.recipient().is_some_and(|recipient| recipient.is(instance));
        lock(&self.queues).iter().find(is_meant).cloned()
    }

    /// Ends an instance's subscription and drops what is still queued for it. Its thread ends by itself; [`join`](Self::join)
    /// waits for that. The queue of one whose place another took belongs to that one.
    pub(crate) fn unsubscribe(&self, instance: &InstanceState) {
        let queue = self.queue_of(instance);
        let mut queues = lock(&self.queues);
        let place = queue.and_then(|queue| queues.iter().position(|other| Arc::ptr_eq(other, &queue)));
        if let Some(place) = place {
            let queue = queues.remove(place);
            drop(queues);
            self.done(queue.close());
            let mut closed = lock(&self.closed);
            // A dead instance is dropped without an unload when another takes its name.
            closed.retain(|queue| !queue.join_if_ended());
            closed.push(queue);
        }
    }

    /// Joins the thread that delivered events to an unsubscribed instance. False if it has not ended within `limit`; it is
    /// detached then.
    pub(crate) fn join(&self, instance: InstanceId, limit: Duration) -> bool {
        let mut closed = lock(&self.closed);
        let Some(place) = closed.iter().position(|queue| queue.instance() == Some(instance)) else {
            return true;
        };
        let queue = closed.remove(place);
        drop(closed);
        queue.join(limit)
    }

    /// When an instance began to handle the event that it is handling now.
    pub(crate) fn at_work(&self, instance: InstanceId) -> Option<Instant> {
        let queues = lock(&self.queues);
        queues.iter().find(|queue| queue.instance() == Some(instance))?.at_work()
    }

    /// How many events the queue of an instance holds and held.
    pub(crate) fn counts(&self, instance: &InstanceState) -> EventCounts {
        self.queue_of(instance).map(|queue| queue.counts()).unwrap_or_default()
    }

    /// The same of every queue that is no instance's, with its name.
    pub(crate) fn counts_of_others(&self) -> Vec<(String, EventCounts)> {
        let queues = lock(&self.queues);
        let others = queues.iter().filter(|queue| queue.instance().is_none());
        others.map(|queue| (queue.name.clone(), queue.counts())).collect()
    }

    /// The names of the instances, and of the embedder's functions, that have events queued or are handling one.
    pub(crate) fn pending_subscribers(&self) -> Vec<String> {
        let queues = lock(&self.queues);
        queues.iter().filter(|queue| queue.is_pending()).map(|queue| queue.name.clone()).collect()
    }

    /// Waits until nothing that a thread delivers is queued or being delivered; false if that takes longer than `limit`.
    pub(crate) fn drain(&self, limit: Duration) -> bool {
        // A time that no clock reaches is none.
        let deadline = Instant::now().checked_add(limit);
        let mut pending = lock(&self.pending);
        while *pending > 0 {
            let left = deadline.map_or(limit, |deadline| deadline.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return false;
            }
            pending = self.settled.wait_timeout(pending, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    /// So many events were delivered or dropped.
    pub(super) fn done(&self, count: usize) {
        let mut pending = lock(&self.pending);
        *pending = pending.saturating_sub(count);
        if *pending == 0 {
            self.settled.notify_all();
        }
    }
}

impl Reserved<'_> {
    /// Puts the event into the reserved places.
    pub(crate) fn publish(mut self, payload: &str) {
        let (cause, hops) = (self.emission.cause, self.emission.hops + 1);
        let (payload, from) = (payload.to_owned(), self.emission.from.to_owned());
        let queued = Arc::new(Queued { payload, from, cause, hops, _room: self.room.take() });
        // Held to the end, so that all subscribers see the same order.
        let _order = lock(&self.events.queues);
        *lock(&self.events.pending) += self.queues.iter().filter(|queue| queue.is_delivered()).count();
        let is_lost = |queue: &Arc<Queue>| !queue.push(&queued) && queue.is_delivered();
        let lost = self.queues.drain(..).filter(is_lost).count();
        self.events.done(lost);
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        self.queues.iter().for_each(|queue| queue.release());
    }
}
