//! Events: queued when they are published, delivered to every subscriber in the order of publication.
//!
//! Each subscriber has a queue and a thread that delivers from it, so a slow subscriber delays only itself, and no event
//! arrives inside the call that published it. If a queue is full, the publisher gets an error and nobody gets the event. The
//! thread ends when its instance is unsubscribed, and unloading the instance joins it.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::thread::JoinHandle;
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

/// The longest chain of events of which each is published while the one before it is handled; a longer one is a loop.
const MAX_HOPS: u32 = 32;

/// How long an unload waits for the thread that delivered the events. No handler of the instance runs any more, so only the
/// embedder's sinks can delay it.
pub(crate) const JOIN_LIMIT: Duration = Duration::from_secs(5);

/// An event that is about to be published.
#[derive(Clone, Copy)]
pub(crate) struct Emission<'a> {
    pub(crate) name: &'a str,
    /// The kind of entity that it is about, if any; only subscribers that may read that kind get it.
    pub(crate) entity: Option<&'a str>,
    /// The instance that publishes it and does not get it; `None` for the host and its embedder.
    pub(crate) sender: Option<InstanceId>,
    /// The message whose handler publishes it, if any.
    pub(crate) cause: MessageId,
    /// How many events led to it.
    pub(crate) hops: u32,
}

/// Room for one event in the queue of each subscriber. Dropping it gives the room back.
pub(crate) struct Reserved<'a> {
    events: &'a Events,
    emission: Emission<'a>,
    queues: Vec<Arc<Queue>>,
    room: Option<Room>,
}

/// An event in the queues; its subscribers share it.
struct Queued {
    payload: String,
    cause: MessageId,
    hops: u32,
    _room: Option<Room>,
}

/// A share of the bytes that may be queued in a host; dropping it gives the bytes back.
struct Room {
    bytes: usize,
    held: Arc<AtomicUsize>,
}

impl Room {
    /// Takes `bytes`, unless the total would exceed `limit`.
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

struct Queue {
    /// The subscriber.
    instance: InstanceId,
    name: String,
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    /// The thread that delivers from it, until it is joined.
    thread: Mutex<Option<Deliverer>>,
    ended: Condvar,
    wants: Box<dyn Fn(&Emission<'_>) -> bool + Send + Sync>,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Arc<Queued>>,
    /// Places that are reserved for events to come.
    reserved: usize,
    closed: bool,
    /// When the subscriber began to handle an event.
    at_work: Option<Instant>,
    /// Whether the thread has delivered its last event.
    has_ended: bool,
}

struct Deliverer {
    handle: JoinHandle<()>,
    /// The process that started it: after a fork the copy does not have the thread.
    process: u32,
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
        let wanted =
            |queue: &&Arc<Queue>| emission.sender != Some(queue.instance) && (queue.wants)(&emission);
        let mut reserved = Reserved { events: self, emission, queues: Vec::new(), room: None };
        for queue in lock(&self.queues).iter().filter(wanted) {
            if !queue.reserve(self.limit) {
                let text = format!(
                    "{} already has {} events queued; publish fewer, or later",
                    queue.name, self.limit
                );
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
            let busiest = queues.iter().max_by_key(|queue| lock(&queue.waiting).events.len());
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
        let queue = Arc::new(Queue {
            instance: inner.id,
            name: inner.name.clone(),
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            thread: Mutex::default(),
            ended: Condvar::new(),
            wants: Box::new(move |event| {
                covers(&requests, event.name)
                    && grants.allow(Right::Subscribe, event.name)
                    && event.entity.is_none_or(|entity| grants.allow(Right::Read, entity))
            }),
        });
        let (mine, events) = (Arc::clone(&queue), Arc::clone(self));
        let subscriber = (Arc::downgrade(dispatcher), Arc::downgrade(inner));
        let handle = std::thread::Builder::new()
            .name(format!("events-{}", inner.name))
            .spawn(move || mine.deliver_all(&events, &subscriber))?;
        *lock(&queue.thread) = Some(Deliverer { handle, process: std::process::id() });
        lock(&self.queues).push(queue);
        Ok(())
    }

    /// Ends an instance's subscription and drops what is still queued for it. Its thread ends by itself; [`join`](Self::join)
    /// waits for that.
    pub(crate) fn unsubscribe(&self, instance: InstanceId) {
        let mut queues = lock(&self.queues);
        if let Some(place) = queues.iter().position(|queue| queue.instance == instance) {
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
        let Some(place) = closed.iter().position(|queue| queue.instance == instance) else { return true };
        let queue = closed.remove(place);
        drop(closed);
        queue.join(limit)
    }

    /// When an instance began to handle the event that it is handling now.
    pub(crate) fn at_work(&self, instance: InstanceId) -> Option<Instant> {
        let queues = lock(&self.queues);
        let queue = queues.iter().find(|queue| queue.instance == instance)?;
        lock(&queue.waiting).at_work
    }

    /// The names of the instances that have events queued or are handling one.
    pub(crate) fn pending_subscribers(&self) -> Vec<String> {
        let queues = lock(&self.queues);
        let is_pending = |queue: &&Arc<Queue>| {
            let waiting = lock(&queue.waiting);
            waiting.at_work.is_some() || !waiting.events.is_empty()
        };
        queues.iter().filter(is_pending).map(|queue| queue.name.clone()).collect()
    }

    /// Waits until nothing is queued or being delivered; false if that takes longer than `limit`.
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
    /// Puts the event into the reserved places.
    pub(crate) fn publish(mut self, payload: &str) {
        let (cause, hops) = (self.emission.cause, self.emission.hops + 1);
        let queued = Arc::new(Queued { payload: payload.to_owned(), cause, hops, _room: self.room.take() });
        // Held to the end, so that all subscribers see the same order.
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

    /// Puts an event into a reserved place; false if the subscription has ended.
    fn push(&self, event: &Arc<Queued>) -> bool {
        let mut waiting = lock(&self.waiting);
        waiting.reserved -= 1;
        if !waiting.closed {
            waiting.events.push_back(Arc::clone(event));
            self.arrived.notify_one();
        }
        !waiting.closed
    }

    /// Closes the queue and returns how many events it drops.
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

    fn join_if_ended(&self) -> bool {
        let has_ended = lock(&self.waiting).has_ended;
        has_ended && self.join(Duration::ZERO)
    }

    fn join(&self, limit: Duration) -> bool {
        let Some(Deliverer { handle, process }) = lock(&self.thread).take() else { return true };
        // A sink of the embedder may unload the instance on this very thread, and a forked copy has no such thread.
        if handle.thread().id() == std::thread::current().id() || process != std::process::id() {
            return true;
        }
        let waiting = lock(&self.waiting);
        let ended = self.ended.wait_timeout_while(waiting, limit, |waiting| !waiting.has_ended);
        let has_ended = ended.unwrap_or_else(PoisonError::into_inner).0.has_ended;
        has_ended && handle.join().is_ok()
    }

    fn deliver_all(&self, events: &Events, subscriber: &(Weak<Dispatcher>, Weak<InstanceState>)) {
        let _ended = Ended(self);
        let mut reply = Reply::new();
        let process = std::process::id();
        while let Some(event) = self.next() {
            let (Some(dispatcher), Some(inner)) = (subscriber.0.upgrade(), subscriber.1.upgrade()) else {
                return;
            };
            deliver(&dispatcher, &inner, &event, &mut reply);
            // Gives its bytes back before a drain can return.
            drop(event);
            if process != std::process::id() {
                // The module forked, and this is the copy of the process: no thread of the host exists in it.
                os::exit_at_once(1);
            }
            events.done(1);
        }
    }
}

/// Tells those who join a thread that it is about to end.
struct Ended<'a>(&'a Queue);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        lock(&self.0.waiting).has_ended = true;
        self.0.ended.notify_all();
    }
}

/// Delivers one event. If the subscriber fails, the log says so; the publisher is not told.
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
