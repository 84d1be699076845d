//! Events that the embedder takes when it likes.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::events::Events;
use super::heard::HeardEvent;
use super::queue::{Queue, Subscriber, Taken};
use crate::options::grants::covers;
use crate::os::{Readiness, show_readiness};

/// Events for the program of the host, which takes them when it likes; see [`Host::subscribe`](crate::Host::subscribe).
///
/// At most so many events wait as the subscription was made for. One more reaches nobody, and whoever emits it, or changes
/// the store, is answered `unavailable`, as with the queue of an instance that does not keep up: no event is lost without a
/// word. [`lossy`](Subscription::lossy) chooses the opposite.
///
/// Threads may share it; each event goes to one of them. Dropping it ends it, and drops what waits. It does not keep its host
/// alive: when the host is gone, what still waits can be taken, and then [`is_over`](Subscription::is_over).
///
/// On Unix it has a file descriptor that is readable while an event waits, and at the end: for `poll`, or `AsyncFd` of tokio.
/// Only wait for it, and do not read from it. On Windows it has the handle of an event object that is signalled then: for
/// `WaitForMultipleObjects`. Only wait for it, and do not set or reset it.
pub struct Subscription {
    events: Arc<Events>,
    queue: Arc<Queue>,
    readiness: Arc<Readiness>,
}

/// Waits for the events of a [`Subscription`], one after the other; ends with the host.
#[derive(Debug)]
pub struct SubscriptionIter<'a>(&'a Subscription);

impl Events {
    /// Subscribes the embedder to every event that the pattern covers.
    pub(crate) fn subscribe_host(
        self: &Arc<Self>,
        pattern: &str,
        limit: usize,
    ) -> std::io::Result<Subscription> {
        let patterns = [pattern.to_owned()];
        let wants = Box::new(move |event: &super::Emission<'_>| covers(&patterns, event.name));
        let readiness = Arc::new(Readiness::new()?);
        let subscriber = Subscriber::Subscription(Arc::clone(&readiness), wants);
        let queue = Queue::new(subscriber, name_of(pattern), limit);
        self.enter(Arc::clone(&queue));
        Ok(Subscription { events: Arc::clone(self), queue, readiness })
    }
}

/// How errors name what the embedder hears by.
pub(super) fn name_of(pattern: &str) -> String {
    format!("host ({pattern})")
}

impl Subscription {
    /// The next event; waits for it, at most for `timeout`. `None` if none came, or if none will come any more.
    #[must_use]
    pub fn next(&self, timeout: Duration) -> Option<HeardEvent> {
        // A time that no clock reaches is none.
        self.queue.take(Instant::now().checked_add(timeout)).as_ref().map(heard)
    }

    /// The next event, if one waits.
    #[must_use]
    pub fn try_next(&self) -> Option<HeardEvent> {
        self.next(Duration::ZERO)
    }

    /// Waits for event after event, without a time limit, until the host is gone.
    pub fn iter(&self) -> SubscriptionIter<'_> {
        SubscriptionIter(self)
    }

    /// How many events wait.
    #[must_use]
    pub fn waiting(&self) -> usize {
        self.queue.len()
    }

    /// Whether the host is gone and every event was taken.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.queue.is_over()
    }

    /// From now on the oldest event makes room for a new one, so that who is slow to take them hinders nobody;
    /// [`HeardEvent::missed`] says how many were dropped.
    #[must_use]
    pub fn lossy(self) -> Self {
        self.queue.lose_oldest();
        self
    }
}

fn heard(taken: &Taken) -> HeardEvent {
    HeardEvent::read(&taken.event, taken.missed)
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.events.leave(&self.queue);
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("name", &self.queue.name)
            .field("waiting", &self.waiting())
            .finish_non_exhaustive()
    }
}

impl Iterator for SubscriptionIter<'_> {
    type Item = HeardEvent;

    fn next(&mut self) -> Option<HeardEvent> {
        self.0.queue.take(None).as_ref().map(heard)
    }
}

impl<'a> IntoIterator for &'a Subscription {
    type Item = HeardEvent;
    type IntoIter = SubscriptionIter<'a>;

    fn into_iter(self) -> SubscriptionIter<'a> {
        self.iter()
    }
}

show_readiness!(Subscription, readiness);
