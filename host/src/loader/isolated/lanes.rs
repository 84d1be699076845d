//! The lanes of a worker for calls: one, or as many as a concurrent module may have calls at once.

use std::ops::{Deref, DerefMut};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::border::reply::Reply;
use crate::channel::lane::Lane;

/// The largest body whose memory is kept for the next call, in bytes.
const KEPT: usize = 1 << 20;

/// A lane, and the memory that its calls use again.
pub(super) struct CallLane {
    pub(super) lane: Box<dyn Lane>,
    /// What the worker sends.
    pub(super) body: Vec<u8>,
    /// What the host answers it.
    pub(super) answer: Reply,
}

impl CallLane {
    pub(super) fn new(lane: Box<dyn Lane>) -> Self {
        CallLane { lane, body: Vec::new(), answer: Reply::with_limit(usize::MAX) }
    }
}

/// The lanes of a worker.
#[derive(Default)]
pub(super) struct Lanes {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    free: Vec<CallLane>,
    made: usize,
    /// The messages of those that are taken; 0 for what is no message.
    at_work: Vec<u64>,
    /// Whether somebody waits for the end of all calls, who must not take the wake-up of one that waits for a lane.
    is_over: bool,
}

/// What a caller gets that wants a lane.
pub(super) enum Got<'a> {
    Lane(LaneGuard<'a>),
    /// It may make one.
    May,
    /// All are taken, until the time was over.
    Late,
}

impl Lanes {
    /// Adds a lane that was not counted yet, free for anyone.
    pub(super) fn add(&self, lane: CallLane) {
        let mut state = self.lock();
        state.made += 1;
        state.free.push(lane);
    }

    /// Takes a free lane for a message. If there is none, but fewer than `most`, the caller may make one, which counts from now on.
    pub(super) fn take(&self, message: u64, most: usize, until: Instant) -> Got<'_> {
        let mut state = self.lock();
        loop {
            if let Some(lane) = state.free.pop() {
                return Got::Lane(self.guard(&mut state, lane, message));
            }
            if state.made < most {
                state.made += 1;
                return Got::May;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Got::Late;
            }
            state = self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Waits until no call is at work. The worker has ended, so each call finds that when it waits for the worker next, or has got
    /// its response before.
    pub(super) fn await_free(&self) {
        let mut state = self.lock();
        state.is_over = true;
        while state.free.len() < state.made {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The lane could not be made that [`Got::May`] has counted.
    pub(super) fn not_made(&self) {
        let mut state = self.lock();
        state.made -= 1;
        self.tell(state);
    }

    /// Wakes who waits for what has changed.
    fn tell(&self, state: MutexGuard<'_, State>) {
        let is_over = state.is_over;
        drop(state);
        if is_over { self.changed.notify_all() } else { self.changed.notify_one() }
    }

    /// Whether a lane is taken for that message.
    pub(super) fn is_at_work(&self, message: u64) -> bool {
        message != 0 && self.lock().at_work.contains(&message)
    }

    /// Takes a lane that the caller made for a message.
    pub(super) fn take_made(&self, lane: CallLane, message: u64) -> LaneGuard<'_> {
        self.guard(&mut self.lock(), lane, message)
    }

    fn guard(&self, state: &mut State, lane: CallLane, message: u64) -> LaneGuard<'_> {
        state.at_work.push(message);
        LaneGuard { lanes: self, lane: Some(lane), message }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A lane that a thread has for itself, until this is dropped.
pub(super) struct LaneGuard<'a> {
    lanes: &'a Lanes,
    lane: Option<CallLane>,
    message: u64,
}

impl Deref for LaneGuard<'_> {
    type Target = CallLane;

    fn deref(&self) -> &CallLane {
        self.lane.as_ref().expect("it is taken only when it is dropped")
    }
}

impl DerefMut for LaneGuard<'_> {
    fn deref_mut(&mut self) -> &mut CallLane {
        self.lane.as_mut().expect("it is taken only when it is dropped")
    }
}

impl Drop for LaneGuard<'_> {
    fn drop(&mut self) {
        if let Some(lane) = &mut self.lane
            && lane.body.capacity() > KEPT
        {
            lane.body = Vec::new();
        }
        let mut state = self.lanes.lock();
        state.free.extend(self.lane.take());
        if let Some(at) = state.at_work.iter().position(|message| *message == self.message) {
            state.at_work.swap_remove(at);
        }
        self.lanes.tell(state);
    }
}
