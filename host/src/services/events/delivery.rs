//! The threads that deliver events.

use std::sync::Arc;
use std::time::Duration;

use super::emission::Queued;
use super::events::Events;
use super::queue::Queue;
use crate::os;
use crate::platform::start_thread::start_thread;

/// How long an unload waits for the thread that delivered the events. No handler of the instance runs any more, so only the
/// embedder's sinks can delay it.
pub(crate) const JOIN_LIMIT: Duration = Duration::from_secs(5);

impl Events {
    /// Starts the thread of a queue, which hands each event to `deliver`, and enters the queue. The thread ends with the
    /// queue, or when `deliver` returns false.
    pub(super) fn deliver_from(
        self: &Arc<Self>,
        queue: Arc<Queue>,
        mut deliver: impl FnMut(&Queued) -> bool + Send + 'static,
    ) -> std::io::Result<()> {
        let (mine, events) = (Arc::clone(&queue), Arc::clone(self));
        let name = format!("events-{}", queue.name);
        let handle = start_thread(&name, move || deliver_all(&mine, &events, &mut deliver))?;
        queue.set_thread(handle);
        self.enter(queue);
        Ok(())
    }
}

fn deliver_all(queue: &Queue, events: &Events, deliver: &mut dyn FnMut(&Queued) -> bool) {
    let _ended = Ended(queue);
    let process = std::process::id();
    while let Some(taken) = queue.take(None) {
        if !deliver(&taken.event) {
            return;
        }
        // Gives its bytes back before a drain can return.
        drop(taken);
        if process != std::process::id() {
            // The module forked, and this is the copy of the process: no thread of the host exists in it.
            os::exit_at_once(1);
        }
        // Before a drain returns, so that nobody is pending behind it.
        queue.rest();
        events.done(1);
    }
}

/// Tells those who join a thread that it is about to end.
struct Ended<'a>(&'a Queue);

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        self.0.set_ended();
    }
}
