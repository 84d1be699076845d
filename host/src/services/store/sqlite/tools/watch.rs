//! How long work tells how far it is.

use std::ops::ControlFlow;

use crate::error::StoreFault;

/// How far long work is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkDone {
    /// How much is done: entities; of a backup, pages of the file.
    pub done: u64,
    /// How much there is, where that is known.
    pub total: Option<u64>,
}

/// Called now and then during long work, on the thread that does it; `Break` stops it.
pub type Watch<'a> = dyn FnMut(WorkDone) -> ControlFlow<()> + 'a;

/// Counts what is done.
pub(super) struct Counter<'a, 'w> {
    watch: &'a mut Watch<'w>,
    done: u64,
    total: Option<u64>,
}

/// Between two looks at whether the work is still wanted.
const STEPS: u64 = 256;

impl<'a, 'w> Counter<'a, 'w> {
    pub(super) fn new(watch: &'a mut Watch<'w>, total: Option<u64>) -> Self {
        Counter { watch, done: 0, total }
    }

    /// Says how much there is.
    pub(super) fn expect(&mut self, total: u64) {
        self.total = Some(total);
    }

    /// One more is done.
    pub(super) fn count(&mut self) -> Result<(), StoreFault> {
        self.done += 1;
        if self.done.is_multiple_of(STEPS) { self.tell(self.done) } else { Ok(()) }
    }

    /// So many are done.
    pub(super) fn tell(&mut self, done: u64) -> Result<(), StoreFault> {
        self.done = done;
        match (self.watch)(WorkDone { done, total: self.total }) {
            ControlFlow::Continue(()) => Ok(()),
            ControlFlow::Break(()) => Err(StoreFault::Stopped),
        }
    }

    pub(super) fn done(&self) -> u64 {
        self.done
    }
}
