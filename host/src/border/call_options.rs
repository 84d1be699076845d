//! How long the answer to a call is wanted.

use std::time::{Duration, Instant};

use crate::border::cancel::CancelToken;

/// How long the answer to a call is wanted, and what takes the call back.
///
/// [`Instance::with`](crate::Instance::with) applies it to typed calls, [`Message::options`](crate::Message::options) to a
/// message. It can be kept and used for many calls: a timeout begins anew with each of them, a deadline does not.
///
/// ```
/// use std::time::Duration;
/// use rp_host::{CallOptions, CancelToken};
///
/// let token = CancelToken::new();
/// let options = CallOptions::new().timeout(Duration::from_secs(5)).cancel(&token);
/// # let _ = options;
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct CallOptions {
    deadline: Option<Instant>,
    timeout: Option<Duration>,
    cancel: Option<CancelToken>,
}

impl CallOptions {
    /// The answer is wanted without a time limit, and nothing cancels the call.
    pub fn new() -> Self {
        Self::default()
    }

    /// The moment after which the answer is no longer wanted. What happens then is said at
    /// [`Message::deadline`](crate::Message::deadline).
    pub fn deadline(mut self, deadline: Instant) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// The deadline as the time from the beginning of each call. With a [`deadline`](CallOptions::deadline) beside it, the
    /// earlier of the two counts.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The token that cancels the calls; the options keep a handle to it.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = Some(token.clone());
        self
    }

    /// The deadline of a call that begins now. A timeout that reaches beyond what the clock can tell is none.
    pub(crate) fn deadline_of_call(&self) -> Option<Instant> {
        let own = self.timeout.and_then(|timeout| Instant::now().checked_add(timeout));
        match (own, self.deadline) {
            (Some(own), Some(deadline)) => Some(own.min(deadline)),
            (own, deadline) => own.or(deadline),
        }
    }

    pub(crate) fn token(&self) -> Option<&CancelToken> {
        self.cancel.as_ref()
    }
}
