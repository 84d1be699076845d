//! The lanes of the module's own threads. A thread takes one for each question to the host.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use crate::channel::frame::{Head, Kind};
use crate::channel::lane::Broken;
use crate::channel::stream::StreamLane;

/// The lanes of the module's own threads, made when they are needed.
pub(super) struct Threads {
    most: usize,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    free: Vec<StreamLane>,
    /// How many the host was asked for.
    asked: usize,
}

impl Threads {
    pub(super) fn new(most: usize) -> Self {
        Threads { most: most.max(1), state: Mutex::default(), changed: Condvar::new() }
    }

    /// Adds a lane that the host has made.
    pub(super) fn add(&self, lane: StreamLane) {
        self.lock().free.push(lane);
        self.changed.notify_one();
    }

    /// Runs `work` on a free lane; waits for one.
    pub(super) fn with_lane<R>(
        &self,
        control: &StreamLane,
        work: impl FnOnce(&mut StreamLane) -> Result<R, Broken>,
    ) -> Result<R, Broken> {
        let mut lane = self.take(control)?;
        let done = work(&mut lane);
        self.add(lane);
        done
    }

    fn take(&self, control: &StreamLane) -> Result<StreamLane, Broken> {
        let mut state = self.lock();
        loop {
            if let Some(lane) = state.free.pop() {
                return Ok(lane);
            }
            if state.asked < self.most {
                state.asked += 1;
                // Under the lock, since only one thread at a time may post there.
                control.post_with(Head::of(Kind::Want), &[], &[], None)?;
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
