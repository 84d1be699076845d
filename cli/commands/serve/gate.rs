//! Counts what is at work, and lets no more in than there is room for.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// A gate with a number of places.
pub struct Gate {
    state: Mutex<State>,
    left: Condvar,
    places: usize,
}

/// A place in a gate; given back when it is dropped, also by a thread that panics.
pub struct Place(Arc<Gate>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.state().at_work -= 1;
        self.0.left.notify_all();
    }
}

#[derive(Default)]
struct State {
    at_work: usize,
    is_closed: bool,
}

impl Gate {
    pub fn new(places: usize) -> Arc<Self> {
        Arc::new(Gate { state: Mutex::default(), left: Condvar::new(), places })
    }

    /// Takes a place, and waits for one; None once the gate is closed.
    #[must_use]
    pub fn enter(self: &Arc<Self>) -> Option<Place> {
        let is_full = |state: &mut State| !state.is_closed && state.at_work >= self.places;
        let mut state = self.left.wait_while(self.state(), is_full).unwrap_or_else(PoisonError::into_inner);
        if state.is_closed {
            return None;
        }
        state.at_work += 1;
        Some(Place(Arc::clone(self)))
    }

    /// Lets nobody in any more.
    pub fn close(&self) {
        self.state().is_closed = true;
        self.left.notify_all();
    }

    /// Waits until nobody is at work, at most for `limit`; answers how many still are.
    pub fn wait(&self, limit: Duration) -> usize {
        // A time that no clock reaches is a long one.
        let end = Instant::now().checked_add(limit);
        let mut state = self.state();
        while state.at_work > 0 {
            let left =
                end.map_or(Duration::from_secs(3600), |end| end.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                break;
            }
            state = self.left.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
        state.at_work
    }

    /// Waits until nobody is at work.
    pub fn wait_for_all(&self) {
        let is_at_work = |state: &mut State| state.at_work > 0;
        drop(self.left.wait_while(self.state(), is_at_work).unwrap_or_else(PoisonError::into_inner));
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
