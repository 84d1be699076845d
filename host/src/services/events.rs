//! Events: emitted by one, queued, delivered to every subscriber in the order of publication.
//!
//! Each subscriber has a queue and a thread that delivers from it, so a slow one holds up nobody but itself, and no event
//! arrives inside the call that emitted it. A full queue is told to the emitter, whose event then reaches nobody.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use rp_protocol::{Response, code, message_type};

use crate::border::message::Message;
use crate::border::message_id::MessageId;
use crate::border::reply::Reply;
use crate::border::response::read_response;
use crate::calls::call_chain::Caller;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::exchange::Call;
use crate::calls::instance::{InstanceId, InstanceState};
use crate::error::ServiceError;
use crate::observe::log::Level;
use crate::observe::observers::Observers;
use crate::options::grants::Right;
use crate::options::grants::covers;
use crate::platform::os;

/// Events that may each be emitted while the one before is handled; a longer chain is a loop.
const MAX_HOPS: u32 = 32;

/// An event that is about to be emitted.
#[derive(Clone, Copy)]
pub(crate) struct Emission<'a> {
    pub(crate) name: &'a str,
    /// The kind of entity that it is about; it reaches only those who may read it.
    pub(crate) entity: Option<&'a str>,
    /// The instance that emits it, which does not get it; `None` where the host or its embedder does.
    pub(crate) sender: Option<InstanceId>,
    /// The message that emits it, if any.
    pub(crate) cause: MessageId,
    /// Events that led to it.
    pub(crate) hops: u32,
}

/// Room for one event in the queue of everybody who subscribed to it. What is not used is given back.
pub(crate) struct Reserved<'a> {
    events: &'a Events,
    emission: Emission<'a>,
    queues: Vec<Arc<Queue>>,
    room: Option<Room>,
}

/// An event that waits for its subscribers, who share it.
struct Queued {
    payload: String,
    cause: MessageId,
    hops: u32,
    _room: Option<Room>,
}

/// Bytes of the payloads that wait in a host; dropping them gives them back.
struct Room {
    bytes: usize,
    held: Arc<AtomicUsize>,
}

impl Room {
    /// Takes them, unless more than `limit` would be held then.
    fn take(held: &Arc<AtomicUsize>, bytes: usize, limit: usize) -> Option<Self> {
        let more = |held: usize| held.checked_add(bytes).filter(|all| *all <= limit);
        held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(Room { bytes, held: Arc::clone(held) })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// The queues of a host.
pub(crate) struct Events {
    queues: Mutex<Vec<Arc<Queue>>>,
    limit: usize,
    bytes_limit: usize,
    /// Bytes of the payloads that wait or are being delivered, each counted once.
    held: Arc<AtomicUsize>,
    /// Events that are queued or being delivered.
    pending: Mutex<usize>,
    settled: Condvar,
}

struct Queue {
    /// The subscriber.
    instance: InstanceId,
    name: String,
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    wants: Box<dyn Fn(&Emission<'_>) -> bool + Send + Sync>,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Arc<Queued>>,
    /// Places that are kept for events to come.
    reserved: usize,
    closed: bool,
    /// Since when the subscriber has been at work on an event.
    at_work: Option<Instant>,
}

impl Events {
    /// `limit` is the most events that wait for one subscriber, `bytes_limit` the most bytes of all payloads that wait.
    pub(crate) fn new(limit: usize, bytes_limit: usize) -> Self {
        Events {
            queues: Mutex::default(),
            limit,
            bytes_limit,
            held: Arc::default(),
            pending: Mutex::new(0),
            settled: Condvar::new(),
        }
    }

    /// Keeps room for an event with everybody who subscribed to it, or with nobody. Its payload has at most `bytes`.
    pub(crate) fn reserve<'a>(
        &'a self,
        emission: Emission<'a>,
        bytes: usize,
    ) -> Result<Reserved<'a>, ServiceError> {
        if emission.hops >= MAX_HOPS {
            let text = format!(
                "{MAX_HOPS} events led to {}, each emitted for the one before: a loop",
                emission.name
            );
            return Err(ServiceError::new(code::TOO_LARGE, text));
        }
        let wanted =
            |queue: &&Arc<Queue>| emission.sender != Some(queue.instance) && (queue.wants)(&emission);
        let mut reserved = Reserved { events: self, emission, queues: Vec::new(), room: None };
        for queue in lock(&self.queues).iter().filter(wanted) {
            if !queue.reserve(self.limit) {
                let text =
                    format!("{} events wait for {} already; emit fewer, or later", self.limit, queue.name);
                return Err(ServiceError::new(code::UNAVAILABLE, text));
            }
            reserved.queues.push(Arc::clone(queue));
        }
        if !reserved.queues.is_empty() {
            reserved.room = Some(self.room(&reserved.queues, bytes)?);
        }
        Ok(reserved)
    }

    /// Room for a payload that is to wait in these queues.
    fn room(&self, queues: &[Arc<Queue>], bytes: usize) -> Result<Room, ServiceError> {
        let limit = self.bytes_limit;
        if bytes > limit {
            let text =
                format!("an event of {bytes} bytes is larger than the {limit} that may wait in a host");
            return Err(ServiceError::new(code::TOO_LARGE, text));
        }
        Room::take(&self.held, bytes, limit).ok_or_else(|| {
            let busiest = queues.iter().max_by_key(|queue| lock(&queue.waiting).events.len());
            let name = busiest.map_or("nobody", |queue| &queue.name);
            let text = format!(
                "events for {name} and others wait already, and only {limit} bytes of them may; emit fewer, or later"
            );
            ServiceError::new(code::UNAVAILABLE, text)
        })
    }

    /// Queues an event for everybody who subscribed to it, or for nobody. `payload` holds `event` and `data`.
    pub(crate) fn publish(&self, emission: Emission<'_>, payload: &str) -> Result<(), ServiceError> {
        self.reserve(emission, payload.len())?.publish(payload);
        Ok(())
    }

    /// Lets an instance have the events that its manifest requests and its grants allow.
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
        let queue = Arc::new(Queue {
            instance: inner.id,
            name: inner.name.clone(),
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            wants: Box::new(move |event| {
                covers(&requests, event.name)
                    && grants.allow(Right::Subscribe, event.name)
                    && event.entity.is_none_or(|entity| grants.allow(Right::Read, entity))
            }),
        });
        let (mine, events) = (Arc::clone(&queue), Arc::clone(self));
        let subscriber = (Arc::downgrade(dispatcher), Arc::downgrade(inner));
        std::thread::Builder::new()
            .name(format!("events-{}", inner.name))
            .spawn(move || mine.deliver_all(&events, &subscriber))?;
        lock(&self.queues).push(queue);
        Ok(())
    }

    /// Ends an instance's subscription; what is still queued for it is dropped.
    pub(crate) fn unsubscribe(&self, instance: InstanceId) {
        let mut queues = lock(&self.queues);
        if let Some(place) = queues.iter().position(|queue| queue.instance == instance) {
            let queue = queues.remove(place);
            drop(queues);
            self.done(queue.close());
        }
    }

    /// Since when an instance has been at work on an event.
    pub(crate) fn at_work(&self, instance: InstanceId) -> Option<Instant> {
        let queues = lock(&self.queues);
        let queue = queues.iter().find(|queue| queue.instance == instance)?;
        lock(&queue.waiting).at_work
    }

    /// The names of the instances that events wait for, or are being delivered to.
    pub(crate) fn pending_subscribers(&self) -> Vec<String> {
        let queues = lock(&self.queues);
        let is_pending = |queue: &&Arc<Queue>| {
            let waiting = lock(&queue.waiting);
            waiting.at_work.is_some() || !waiting.events.is_empty()
        };
        queues.iter().filter(is_pending).map(|queue| queue.name.clone()).collect()
    }

    /// Waits until nothing is queued or being delivered; false where that takes longer than `limit`.
    pub(crate) fn drain(&self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        let mut pending = lock(&self.pending);
        while *pending > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            pending = self.settled.wait_timeout(pending, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }

    fn done(&self, count: usize) {
        let mut pending = lock(&self.pending);
        *pending = pending.saturating_sub(count);
        if *pending == 0 {
            self.settled.notify_all();
        }
    }
}

impl Reserved<'_> {
    /// Puts the event where room was kept.
    pub(crate) fn publish(mut self, payload: &str) {
        let (cause, hops) = (self.emission.cause, self.emission.hops + 1);
        let queued = Arc::new(Queued { payload: payload.to_owned(), cause, hops, _room: self.room.take() });
        // Held to the end, so that all subscribers see one order.
        let _order = lock(&self.events.queues);
        *lock(&self.events.pending) += self.queues.len();
        let closed = self.queues.drain(..).filter(|queue| !queue.push(&queued)).count();
        self.events.done(closed);
    }
}

impl Drop for Reserved<'_> {
    fn drop(&mut self) {
        for queue in &self.queues {
            lock(&queue.waiting).reserved -= 1;
        }
    }
}

impl Queue {
    fn reserve(&self, limit: usize) -> bool {
        let mut waiting = lock(&self.waiting);
        let room = waiting.events.len() + waiting.reserved < limit;
        waiting.reserved += usize::from(room);
        room
    }

    /// Puts an event where room was kept; false where the subscriber is gone.
    fn push(&self, event: &Arc<Queued>) -> bool {
        let mut waiting = lock(&self.waiting);
        waiting.reserved -= 1;
        if !waiting.closed {
            waiting.events.push_back(Arc::clone(event));
            self.arrived.notify_one();
        }
        !waiting.closed
    }

    /// Answers how many events are dropped.
    fn close(&self) -> usize {
        let mut waiting = lock(&self.waiting);
        waiting.closed = true;
        self.arrived.notify_one();
        std::mem::take(&mut waiting.events).len()
    }

    fn next(&self) -> Option<Arc<Queued>> {
        let mut waiting = lock(&self.waiting);
        waiting.at_work = None;
        loop {
            if waiting.closed {
                return None;
            }
            if let Some(event) = waiting.events.pop_front() {
                waiting.at_work = Some(Instant::now());
                return Some(event);
            }
            waiting = self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn deliver_all(&self, events: &Events, subscriber: &(Weak<Dispatcher>, Weak<InstanceState>)) {
        let mut reply = Reply::new();
        let process = std::process::id();
        while let Some(event) = self.next() {
            let (Some(dispatcher), Some(inner)) = (subscriber.0.upgrade(), subscriber.1.upgrade()) else {
                return;
            };
            deliver(&dispatcher, &inner, &event, &mut reply);
            // Its bytes are given back before anybody hears that it is done.
            drop(event);
            if process != std::process::id() {
                // A module that forked came back in the copy, where nothing waits for this thread.
                os::exit_at_once(1);
            }
            events.done(1);
        }
    }
}

/// A subscriber that fails is told to the log; the emitter has gone on long since.
fn deliver(dispatcher: &Arc<Dispatcher>, inner: &Arc<InstanceState>, event: &Queued, reply: &mut Reply) {
    let message = Message::new(message_type::EVENT, &event.payload);
    let caller = Caller::Event { cause: event.cause, hops: event.hops };
    let call = Call { message: &message, caller, sender: None };
    let answer = dispatcher.call(inner, &call, reply).and_then(|status| read_response(status, reply));
    let problem = match answer {
        Ok(Response::Success(_)) => return,
        Ok(Response::Error(body)) => body.error.into_owned(),
        Err(fault) => fault.to_string(),
    };
    report(&dispatcher.observers, &inner.name, &event.payload, &problem);
}

fn report(observers: &Observers, instance: &str, payload: &str, problem: &str) {
    let name = serde_json::from_str::<rp_protocol::Event<'_>>(payload);
    let name = name.map_or_else(|_| "?".to_owned(), |event| event.event.into_owned());
    observers.log_own(Level::Error, &format!("{instance} failed on the event {name}: {problem}"));
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
