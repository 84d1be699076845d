//! What an embedder sends, and how it takes it back.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::host::Shared;

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

    /// Until when the answer is wanted: the wait for a turn ends then, the module is told when it asks, and whatever it
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

    /// What takes the message back.
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

/// Takes messages back from another thread; clones belong together.
///
/// Cancelling is a hint (rule 7): a waiting call ends, a handler that asks is told, an answer given anyway is accepted. A
/// WebAssembly module that goes on for 200 ms more is stopped, and its instance is dead.
///
/// ```
/// let token = rp_host::CancelToken::new();
/// let in_another_thread = token.clone();
/// in_another_thread.cancel();
/// assert!(token.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<Cancel>);

#[derive(Debug, Default)]
struct Cancel {
    cancelled: AtomicBool,
    /// The messages in work that this token takes back.
    messages: Mutex<Vec<(u64, Arc<Shared>)>>,
}

impl CancelToken {
    /// A token that has not been used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes back every message that was or will be sent with this token.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        let messages = self.0.messages.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (id, shared) in messages {
            shared.cancel_message(id);
        }
    }

    /// Whether it has been used.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Notes that message `id` is in work until the guard is dropped.
    pub(crate) fn enlist<'a>(&'a self, id: u64, shared: &Arc<Shared>) -> Enlisted<'a> {
        self.0.messages.lock().unwrap_or_else(PoisonError::into_inner).push((id, Arc::clone(shared)));
        Enlisted { token: self, id }
    }
}

/// A message's place in its token.
pub(crate) struct Enlisted<'a> {
    token: &'a CancelToken,
    id: u64,
}

impl Drop for Enlisted<'_> {
    fn drop(&mut self) {
        let mut messages = self.token.0.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.retain(|(id, _)| *id != self.id);
    }
}
