//! The queue of one subscriber.

use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::emission::{Emission, Queued};
use super::recipient::{Recipient, Wants};
use crate::calls::instance::InstanceId;
use crate::os::Readiness;

/// Who takes the events of a queue.
pub(super) enum Subscriber {
    /// A thread that delivers them to an instance.
    Instance(Arc<Recipient>),
    /// A thread that calls a function of the embedder.
    Listener(Wants),
    /// The embedder itself, when it likes.
    Subscription(Arc<Readiness>, Wants),
}

pub(super) struct Queue {
    pub(super) subscriber: Subscriber,
    pub(super) name: String,
    /// The most events that wait.
    limit: usize,
    waiting: Mutex<Waiting>,
    arrived: Condvar,
    /// The thread that delivers from it, until it is joined.
    thread: Mutex<Option<Deliverer>>,
    ended: Condvar,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Phase {
    #[default]
    Open,
    /// Nothing comes any more; what waits can be taken.
    Finishing,
    /// What waited was dropped.
    Closed,
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Arc<Queued>>,
    /// Places that are reserved for events to come.
    reserved: usize,
    phase: Phase,
    /// Whether a subscription drops its oldest event where there is no room.
    is_lossy: bool,
    /// How many it has dropped since the last one was taken, and ever.
    missed: u64,
    dropped: u64,
    /// How many were put into it.
    queued: u64,
    /// How many found no place.
    refused: u64,
    /// What its descriptor shows.
    is_readable: bool,
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

/// How many events a queue holds and held.
#[derive(Clone, Copy, Default)]
pub(crate) struct EventCounts {
    pub(crate) waiting: u64,
    pub(crate) queued: u64,
    /// Those that found no place.
    pub(crate) refused: u64,
    /// Those that made room for newer ones.
    pub(crate) missed: u64,
}

/// An event that was taken, and how many were dropped before it.
pub(super) struct Taken {
    pub(super) event: Arc<Queued>,
    pub(super) missed: u64,
}

impl Queue {
    pub(super) fn new(subscriber: Subscriber, name: String, limit: usize) -> Arc<Self> {
        Arc::new(Queue {
            subscriber,
            name,
            limit,
            waiting: Mutex::default(),
            arrived: Condvar::new(),
            thread: Mutex::default(),
            ended: Condvar::new(),
        })
    }

    /// The instance that it belongs to.
    pub(super) fn instance(&self) -> Option<InstanceId> {
        self.recipient().map(|recipient| recipient.id)
    }

    pub(super) fn recipient(&self) -> Option<&Recipient> {
        match &self.subscriber {
            Subscriber::Instance(recipient) => Some(recipient),
            Subscriber::Listener(_) | Subscriber::Subscription(..) => None,
        }
    }

    /// Whether a thread takes its events, so that it becomes empty by itself.
    pub(super) fn is_delivered(&self) -> bool {
        !matches!(self.subscriber, Subscriber::Subscription(..))
    }

    pub(super) fn wants(&self, emission: &Emission<'_>) -> bool {
        match &self.subscriber {
            Subscriber::Instance(recipient) => recipient.wants(emission),
            Subscriber::Listener(wants) | Subscriber::Subscription(_, wants) => wants(emission),
        }
    }

    /// Reserves a place; if none is left, answers how many events there may be.
    pub(super) fn reserve(&self) -> Result<(), usize> {
        let mut waiting = lock(&self.waiting);
        if !waiting.is_lossy && waiting.events.len() + waiting.reserved >= self.limit {
            waiting.refused += 1;
            return Err(self.limit);
        }
        waiting.reserved += 1;
        Ok(())
    }

    /// Gives a reserved place back.
    pub(super) fn release(&self) {
        lock(&self.waiting).reserved -= 1;
    }

    /// Puts an event into a reserved place; false if the subscription has ended.
    pub(super) fn push(&self, event: &Arc<Queued>) -> bool {
        let mut waiting = lock(&self.waiting);
        waiting.reserved -= 1;
        if waiting.phase != Phase::Open {
            return false;
        }
        if waiting.is_lossy && waiting.events.len() >= self.limit {
            waiting.events.pop_front();
            waiting.missed += 1;
            waiting.dropped += 1;
        }
        waiting.queued += 1;
        waiting.events.push_back(Arc::clone(event));
        self.show(&mut waiting);
        self.arrived.notify_one();
        true
    }

    /// From now on the oldest event makes room for a new one.
    pub(super) fn lose_oldest(&self) {
        lock(&self.waiting).is_lossy = true;
    }

    /// Closes the queue and returns how many events it drops.
    pub(super) fn close(&self) -> usize {
        let mut waiting = lock(&self.waiting);
        waiting.phase = Phase::Closed;
        let dropped = std::mem::take(&mut waiting.events).len();
        self.show(&mut waiting);
        self.arrived.notify_all();
        dropped
    }

    /// Lets nothing in any more.
    pub(super) fn finish(&self) {
        let mut waiting = lock(&self.waiting);
        waiting.phase = Phase::Finishing;
        self.show(&mut waiting);
        self.arrived.notify_all();
    }

    /// Takes the next event, and waits for one until `deadline`; without a deadline as long as the queue is open.
    pub(super) fn take(&self, deadline: Option<Instant>) -> Option<Taken> {
        let mut waiting = lock(&self.waiting);
        loop {
            if let Some(event) = waiting.events.pop_front() {
                waiting.at_work = Some(Instant::now());
                self.show(&mut waiting);
                return Some(Taken { event, missed: std::mem::take(&mut waiting.missed) });
            }
            if waiting.phase != Phase::Open {
                return None;
            }
            waiting = self.wait(waiting, deadline)?;
        }
    }

    /// The event that was taken last is handled.
    pub(super) fn rest(&self) {
        lock(&self.waiting).at_work = None;
    }

    /// Waits for a change; `None` when the deadline has passed.
    fn wait<'q>(
        &self,
        waiting: MutexGuard<'q, Waiting>,
        deadline: Option<Instant>,
    ) -> Option<MutexGuard<'q, Waiting>> {
        let Some(deadline) = deadline else {
            return Some(self.arrived.wait(waiting).unwrap_or_else(PoisonError::into_inner));
        };
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        Some(self.arrived.wait_timeout(waiting, left).unwrap_or_else(PoisonError::into_inner).0)
    }

    /// Keeps the descriptor of a subscription readable exactly while taking an event returns at once.
    fn show(&self, waiting: &mut Waiting) {
        let Subscriber::Subscription(readiness, _) = &self.subscriber else { return };
        let is_readable = !waiting.events.is_empty() || waiting.phase != Phase::Open;
        if is_readable != waiting.is_readable {
            waiting.is_readable = is_readable;
            readiness.show(is_readable);
        }
    }

    /// What it holds and held.
    pub(super) fn counts(&self) -> EventCounts {
        let waiting = lock(&self.waiting);
        EventCounts {
            waiting: waiting.events.len() as u64,
            queued: waiting.queued,
            refused: waiting.refused,
            missed: waiting.dropped,
        }
    }

    /// How many events wait.
    pub(super) fn len(&self) -> usize {
        lock(&self.waiting).events.len()
    }

    /// Whether nothing comes any more and nothing is left.
    pub(super) fn is_over(&self) -> bool {
        let waiting = lock(&self.waiting);
        waiting.phase != Phase::Open && waiting.events.is_empty()
    }

    /// When the subscriber began to handle the event that it is handling now.
    pub(super) fn at_work(&self) -> Option<Instant> {
        lock(&self.waiting).at_work
    }

    /// Whether a thread has to deliver from it, or is doing so.
    pub(super) fn is_pending(&self) -> bool {
        let waiting = lock(&self.waiting);
        self.is_delivered() && (waiting.at_work.is_some() || !waiting.events.is_empty())
    }

    /// Notes the thread that delivers from it.
    pub(super) fn set_thread(&self, handle: JoinHandle<()>) {
        *lock(&self.thread) = Some(Deliverer { handle, process: std::process::id() });
    }

    /// Tells those who join the thread that it is about to end.
    pub(super) fn set_ended(&self) {
        lock(&self.waiting).has_ended = true;
        self.ended.notify_all();
    }

    pub(super) fn join_if_ended(&self) -> bool {
        let has_ended = lock(&self.waiting).has_ended;
        has_ended && self.join(Duration::ZERO)
    }

    pub(super) fn join(&self, limit: Duration) -> bool {
        let Some(Deliverer { handle, process }) = lock(&self.thread).take() else { return true };
        // A function of the embedder may end the subscription on this very thread, and a forked copy has no such thread.
        if handle.thread().id() == std::thread::current().id() || process != std::process::id() {
            return true;
        }
        let waiting = lock(&self.waiting);
        let ended = self.ended.wait_timeout_while(waiting, limit, |waiting| !waiting.has_ended);
        let has_ended = ended.unwrap_or_else(PoisonError::into_inner).0.has_ended;
        has_ended && handle.join().is_ok()
    }
}

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
