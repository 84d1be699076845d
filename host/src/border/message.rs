//! The message that an embedder sends, and the status of its response.

use std::time::{Duration, Instant};

use crate::border::call_options::CallOptions;
use crate::border::cancel::CancelToken;

/// One message to an instance: a type, a payload, and how long its answer is wanted.
///
/// The payload reaches the module byte for byte. It should be one JSON object; a module answers anything else with
/// `invalid_json` or `invalid_payload`.
///
/// ```
/// use std::time::Duration;
/// use rp_host::{CancelToken, Message};
///
/// let token = CancelToken::new();
/// let message = Message::new("command", r#"{"name":"ping"}"#)
///     .timeout(Duration::from_secs(5))
///     .cancel(&token);
/// # let _ = message;
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use]
pub struct Message<'a> {
    pub(crate) message_type: &'a str,
    pub(crate) payload: &'a str,
    pub(crate) deadline: Option<Instant>,
    pub(crate) cancel: Option<&'a CancelToken>,
}

impl<'a> Message<'a> {
    /// A message of any type, including types of the embedder's own.
    #[inline]
    pub fn new(message_type: &'a str, payload: &'a str) -> Self {
        Message { message_type, payload, deadline: None, cancel: None }
    }

    /// The deadline for the answer. A wait for a call slot ends then, `cancelled` tells the module, and the messages that it sends
    /// for this one inherit the deadline. Native code in the host's process is never interrupted (rule 7); a WebAssembly module that
    /// goes on for more than 200 ms is stopped, an isolated one after its [grace](crate::IsolatedLimits::grace), and its instance is dead.
    pub fn deadline(self, deadline: Instant) -> Self {
        Message { deadline: Some(deadline), ..self }
    }

    /// The deadline as the time from now on. One that reaches beyond what the clock can tell is none.
    pub fn timeout(self, timeout: Duration) -> Self {
        Message { deadline: Instant::now().checked_add(timeout), ..self }
    }

    /// Deadline and token of `options`, in place of what the message had; a timeout among them begins now.
    pub fn options(self, options: &'a CallOptions) -> Self {
        Message { deadline: options.deadline_of_call(), cancel: options.token(), ..self }
    }

    /// The message's deadline and token, to keep.
    pub(crate) fn kept_options(&self) -> CallOptions {
        let options = self.cancel.map_or_else(CallOptions::new, |token| CallOptions::new().cancel(token));
        self.deadline.map_or_else(|| options.clone(), |deadline| options.clone().deadline(deadline))
    }

    /// Whether the answer is wanted without a time limit.
    #[inline]
    pub(crate) fn is_plain(&self) -> bool {
        self.deadline.is_none() && self.cancel.is_none()
    }

    /// The type and the payload.
    #[inline]
    pub(crate) fn texts(&self) -> (&'a str, &'a str) {
        (self.message_type, self.payload)
    }

    /// The token that cancels the message.
    pub fn cancel(self, token: &'a CancelToken) -> Self {
        Message { cancel: Some(token), ..self }
    }
}

/// Whether a response is a success or an error. The status of the ABI and the `status` field of the response agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// As wide as a pointer, so that a result of it or a boxed error is passed in registers.
#[repr(usize)]
pub enum Status {
    /// `RP_OK`: the response has status "success".
    Success,
    /// `RP_FAILED`: the response has status "error".
    Failed,
}
