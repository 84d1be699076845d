//! What the instances share that follow each other under one name: the deaths so far, and what follows from them.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::observe::counters::Counts;
use crate::observe::metrics::Meters;
use crate::options::restart::Restart;

/// What follows the death of an instance.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Afterlife {
    /// Nothing: it was not to be restarted.
    #[default]
    None,
    /// A new one starts at once; calls wait for it.
    Now,
    /// A new one starts then; calls are refused.
    At(Instant),
    /// It has died too often.
    GivenUp,
}

/// The restarts of an instance and those that took its place.
pub(crate) struct Lineage {
    restart: Restart,
    /// Those within the time that counts, the oldest first.
    deaths: Mutex<VecDeque<Instant>>,
    /// Held while one of them is made, so that an unload meanwhile finds either the new one or none.
    raising: Mutex<()>,
    /// How often one was started again.
    restarts: AtomicU64,
    /// How often one died or could not be started again, and the error code of the last time.
    falls: Mutex<(u64, &'static str)>,
    /// Of their calls, where the host counts them.
    counts: Counts,
    /// The same by type and name, where the host has metrics.
    meters: Meters,
}

impl Lineage {
    pub(crate) fn new(restart: Restart) -> Self {
        Lineage {
            restart,
            deaths: Mutex::default(),
            raising: Mutex::default(),
            restarts: AtomicU64::new(0),
            falls: Mutex::default(),
            counts: Counts::default(),
            meters: Meters::default(),
        }
    }

    pub(crate) fn counts(&self) -> &Counts {
        &self.counts
    }

    pub(crate) fn meters(&self) -> &Meters {
        &self.meters
    }

    pub(crate) fn restart(&self) -> Restart {
        self.restart
    }

    /// Counts a restart that succeeded.
    pub(crate) fn count_restart(&self) {
        self.restarts.fetch_add(1, Ordering::Relaxed);
    }

    /// How often one of them was started again.
    pub(crate) fn restarts(&self) -> u64 {
        self.restarts.load(Ordering::Relaxed)
    }

    /// Only one at a time makes a successor, or says that there will be none. `None` if another one is at it and the caller
    /// may not wait, since that one may wait for the caller.
    pub(crate) fn lock(&self, may_wait: bool) -> Option<MutexGuard<'_, ()>> {
        if may_wait {
            return Some(self.raising.lock().unwrap_or_else(PoisonError::into_inner));
        }
        self.raising.try_lock().ok()
    }

    /// How often one of them died or could not be started again, and the error code of the last time; `None` before the first.
    pub(crate) fn last_fall(&self) -> Option<(u64, &'static str)> {
        Some(*self.falls.lock().unwrap_or_else(PoisonError::into_inner)).filter(|(count, _)| *count > 0)
    }

    /// Counts a death, or a restart that failed, by that error code.
    pub(crate) fn count_death(&self, code: &'static str) -> Afterlife {
        let mut falls = self.falls.lock().unwrap_or_else(PoisonError::into_inner);
        *falls = (falls.0 + 1, code);
        drop(falls);
        if self.restart.attempts == 0 {
            return Afterlife::None;
        }
        let now = Instant::now();
        let mut deaths = self.deaths.lock().unwrap_or_else(PoisonError::into_inner);
        deaths.retain(|death| now.duration_since(*death) < self.restart.within);
        deaths.push_back(now);
        let number = u32::try_from(deaths.len()).unwrap_or(u32::MAX);
        match self.restart.pause(number) {
            Some(pause) if pause.is_zero() => Afterlife::Now,
            Some(pause) => now.checked_add(pause).map_or(Afterlife::GivenUp, Afterlife::At),
            None => Afterlife::GivenUp,
        }
    }
}
