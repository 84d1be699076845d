//! The answer to a call that is still to come.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;

use crate::border::message::Status;
use crate::border::message_id::MessageId;
use crate::border::reply::Reply;
use crate::error::CallFault;

/// What a call brought.
pub(crate) type Outcome = Result<(Status, Reply), CallFault>;

/// Where a call is, shared by who waits for it and who makes it.
#[derive(Default)]
pub(crate) struct Promise(Mutex<Stage>);

#[derive(Default)]
enum Stage {
    #[default]
    Queued,
    QueuedFor(Waker),
    Running(MessageId, Option<Waker>),
    Withdrawn,
    Done(Outcome),
    Taken,
}

/// How far a call was when nobody wanted it any more.
pub(crate) enum Withdrawn {
    InQueue,
    AtWork(MessageId),
    Done,
}

impl Promise {
    /// The call begins as message `id`; false if nobody wants it any more.
    pub(super) fn begin(&self, id: MessageId) -> bool {
        let mut stage = self.lock();
        let waker = match std::mem::take(&mut *stage) {
            Stage::Queued => None,
            Stage::QueuedFor(waker) => Some(waker),
            other => {
                *stage = other;
                return false;
            }
        };
        *stage = Stage::Running(id, waker);
        true
    }

    /// Keeps the outcome for who waits, and wakes them. Only the first outcome of a call that is still wanted counts.
    pub(super) fn fulfil(&self, outcome: Outcome) {
        let mut stage = self.lock();
        if matches!(*stage, Stage::Withdrawn | Stage::Done(_) | Stage::Taken) {
            return;
        }
        let before = std::mem::replace(&mut *stage, Stage::Done(outcome));
        drop(stage);
        if let Stage::QueuedFor(waker) | Stage::Running(_, Some(waker)) = before {
            waker.wake();
        }
    }

    /// The outcome, once; until it is there `waker` is kept.
    pub(crate) fn poll(&self, waker: &Waker) -> Option<Outcome> {
        let mut stage = self.lock();
        match &mut *stage {
            Stage::Queued => *stage = Stage::QueuedFor(waker.clone()),
            Stage::QueuedFor(kept) | Stage::Running(_, Some(kept)) => kept.clone_from(waker),
            Stage::Running(_, kept @ None) => *kept = Some(waker.clone()),
            Stage::Done(_) => {
                if let Stage::Done(outcome) = std::mem::replace(&mut *stage, Stage::Taken) {
                    return Some(outcome);
                }
            }
            Stage::Withdrawn | Stage::Taken => {}
        }
        None
    }

    /// Nobody wants the answer any more.
    pub(crate) fn withdraw(&self) -> Withdrawn {
        let mut stage = self.lock();
        match std::mem::replace(&mut *stage, Stage::Withdrawn) {
            Stage::Queued | Stage::QueuedFor(_) => Withdrawn::InQueue,
            Stage::Running(id, _) => Withdrawn::AtWork(id),
            Stage::Withdrawn | Stage::Done(_) | Stage::Taken => Withdrawn::Done,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Stage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
