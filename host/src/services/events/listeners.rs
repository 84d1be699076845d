//! Events for functions of the embedder.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::events::Events;
use super::heard::HeardEvent;
use super::queue::{Queue, Subscriber};
use super::subscription::name_of;
use crate::observe::log::Level;
use crate::observe::observers::Observers;
use crate::options::grants::covers;

/// A function of the embedder that hears events.
pub(crate) type Handler = Box<dyn FnMut(&HeardEvent) + Send>;

impl Events {
    /// Calls `handler` with every event that the pattern covers, on a thread of its own.
    pub(crate) fn listen(
        self: &Arc<Self>,
        observers: &Arc<Observers>,
        pattern: String,
        mut handler: Handler,
    ) -> std::io::Result<()> {
        let (name, observers) = (name_of(&pattern), Arc::clone(observers));
        let wants =
            Box::new(move |event: &super::Emission<'_>| covers(std::slice::from_ref(&pattern), event.name));
        let queue = Queue::new(Subscriber::Listener(wants), name, self.limit());
        self.deliver_from(queue, move |event| {
            hear(&observers, &HeardEvent::read(event, 0), &mut handler);
            true
        })
    }
}

/// A panic of the handler ends neither its thread nor the host.
fn hear(observers: &Observers, event: &HeardEvent, handler: &mut Handler) {
    if catch_unwind(AssertUnwindSafe(|| handler(event))).is_err() {
        let text = format!("a function of on_event panicked on the event {} from {}", event.name, event.from);
        observers.log_own(Level::Error, &text);
    }
}
