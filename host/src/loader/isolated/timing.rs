//! How long a call may take. The thread that waits for the answer keeps the time itself.

use std::time::{Duration, Instant};

use crate::border::module::HostLink;
use crate::error::CallFault;
use crate::options::isolation::IsolatedLimits;

/// How often the waiting thread looks whether the call was cancelled.
const LOOK: Duration = Duration::from_millis(20);

/// The time of one call.
pub(super) struct Timing<'a> {
    limits: &'a IsolatedLimits,
    link: Option<HostLink>,
    started: Instant,
    deadline: Option<Instant>,
    /// Time in which the host worked for the module.
    served: Duration,
    /// Since when the answer is no longer wanted.
    unwanted: Option<Instant>,
}

impl<'a> Timing<'a> {
    /// Begins now, for the message that this thread handles, if any.
    pub(super) fn begin(limits: &'a IsolatedLimits, link: Option<HostLink>) -> Self {
        let deadline = link.and_then(|link| (link.deadline)(link.table));
        let started = Instant::now();
        Timing { limits, link, started, deadline, served: Duration::ZERO, unwanted: None }
    }

    /// When it began.
    pub(super) fn started(&self) -> Instant {
        self.started
    }

    /// The time until the deadline, if there is one.
    pub(super) fn left(&self) -> Option<Duration> {
        self.deadline.map(|deadline| deadline.saturating_duration_since(Instant::now()))
    }

    /// Runs what the host does for the module meanwhile.
    pub(super) fn serve<R>(&mut self, work: impl FnOnce() -> R) -> R {
        let began = Instant::now();
        let result = work();
        self.served += began.elapsed();
        result
    }

    /// Until when to wait before asking again.
    ///
    /// # Errors
    /// The time is over.
    pub(super) fn next(&mut self) -> Result<Instant, CallFault> {
        let now = Instant::now();
        if let Some(fault) = self.link.and_then(|link| (link.unwanted)(link.table)) {
            let is_late = matches!(fault, CallFault::ExpiredAtWork);
            let since = if is_late { self.deadline.unwrap_or(now) } else { now };
            // A grace beyond what the clock can tell has no end.
            return match self.unwanted.get_or_insert(since).checked_add(self.limits.grace) {
                Some(end) if now >= end => Err(fault),
                Some(end) => Ok(end),
                None => Ok(now + LOOK),
            };
        }
        let look = now + LOOK;
        if let Some(deadline) = self.deadline {
            return Ok(look.min(deadline));
        }
        let limit = self.limit(now).map_err(|limit| CallFault::LimitTime { limit, frames: Vec::new() })?;
        Ok(look.min(limit))
    }

    /// When the time of a call without a deadline is over.
    fn limit(&self, now: Instant) -> Result<Instant, Duration> {
        // A limit beyond what the clock can tell is none.
        let far = |time: Duration| self.started.checked_add(time);
        let call = far(self.limits.call_time.saturating_add(self.served));
        let total = far(self.limits.total_time);
        match (call, total) {
            (Some(call), _) if now >= call => Err(self.limits.call_time),
            (_, Some(total)) if now >= total => Err(self.limits.total_time),
            (call, total) => Ok([call, total].into_iter().flatten().min().unwrap_or(now + LOOK)),
        }
    }

    /// When the worker has to have taken a frame at the latest.
    pub(super) fn last(&self) -> Option<Instant> {
        let deadline = self.deadline.and_then(|deadline| deadline.checked_add(self.limits.grace));
        deadline.or_else(|| self.started.checked_add(self.limits.call_time.saturating_add(self.served)))
    }
}
