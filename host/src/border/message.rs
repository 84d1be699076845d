//! What an embedder sends, and whether what came back is a success.

use std::time::Instant;

use crate::border::cancel::CancelToken;

/// One message to an instance: a type, a payload, and how long its answer is wanted.
///
/// The payload reaches the module byte for byte; it should be one JSON object, and a module answers what is none with
/// `invalid_json` or `invalid_payload`.
///
/// ```
/// use std::time::{Duration, Instant};
/// use rp_host::{CancelToken, Message};
///
/// let token = CancelToken::new();
/// let message = Message::new("command", r#"{"name":"ping"}"#)
///     .deadline(Instant::now() + Duration::from_secs(5))
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
    /// A message of any type, an embedder's own included.
    #[inline]
    pub fn new(message_type: &'a str, payload: &'a str) -> Self {
        Message { message_type, payload, deadline: None, cancel: None }
    }

    /// The deadline for the answer: the wait for a call slot ends then, the module is told when it asks, and whatever it
    /// sends for this message inherits it. Native code is never interrupted (rule 7); a WebAssembly module that goes on for
    /// 200 ms more is stopped, and its instance is dead.
    pub fn deadline(self, deadline: Instant) -> Self {
        Message { deadline: Some(deadline), ..self }
    }

    /// Whether nothing limits how long the answer is wanted.
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

/// Whether a response is a success or an error; the ABI's status and the response's own word say the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
// As wide as a pointer: a result that holds it or a boxed error then travels in registers.
#[repr(usize)]
pub enum Status {
    /// `RP_OK`: the response has status "success".
    Success,
    /// `RP_FAILED`: the response has status "error".
    Failed,
}
