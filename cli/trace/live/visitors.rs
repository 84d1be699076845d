//! Who is connected.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The most connections at once; a browser has up to six.
const MOST: usize = 32;

/// Counts connections.
#[derive(Default)]
pub struct Visitors {
    counts: Mutex<Counts>,
    left: Condvar,
}

#[derive(Default)]
struct Counts {
    connections: usize,
    /// Those of them that are sent events.
    listeners: usize,
    was_opened: bool,
}

impl Visitors {
    /// Counts a connection; answers whether there is room for it.
    pub fn come(&self) -> bool {
        let mut counts = self.counts();
        let has_room = counts.connections < MOST;
        counts.connections += usize::from(has_room);
        has_room
    }

    /// One connection less.
    pub fn go(&self) {
        self.counts().connections -= 1;
    }

    /// Counts who is sent events until the work is done.
    pub fn listening(&self, work: impl FnOnce()) {
        let mut counts = self.counts();
        counts.listeners += 1;
        counts.was_opened = true;
        drop(counts);
        work();
        self.counts().listeners -= 1;
        self.left.notify_all();
    }

    /// Waits until nobody listens, at most so long; answers whether somebody ever did.
    pub fn wait(&self, most: Duration) -> bool {
        let waited = self.left.wait_timeout_while(self.counts(), most, |counts| counts.listeners > 0);
        let (counts, _) = waited.unwrap_or_else(PoisonError::into_inner);
        counts.was_opened
    }

    fn counts(&self) -> MutexGuard<'_, Counts> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
