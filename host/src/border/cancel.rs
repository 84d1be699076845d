//! Tokens that cancel messages.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::border::message_id::MessageId;

/// Cancels messages from another thread; clones share one state.
///
/// Cancelling is a hint (rule 7): a waiting call ends, a handler that asks is told, an answer given anyway is accepted. A
/// WebAssembly module that goes on for 200 ms more is stopped, an isolated one after its [grace](crate::IsolatedLimits::grace), and its
/// instance is dead.
///
/// ```
/// let token = rp_host::CancelToken::new();
/// let in_another_thread = token.clone();
/// in_another_thread.cancel();
/// assert!(token.is_cancelled());
/// ```
#[derive(Clone, Debug, Default)]
pub struct CancelToken(Arc<Cancel>);

/// Can cancel a message that was sent through it, and everything that is sent in the message's service.
pub(crate) trait CancelMessage: Send + Sync {
    fn cancel_message(&self, id: MessageId);
}

#[derive(Default)]
struct Cancel {
    cancelled: AtomicBool,
    /// The messages in progress that this token cancels.
    messages: Mutex<Vec<(MessageId, Arc<dyn CancelMessage>)>>,
}

impl fmt::Debug for Cancel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cancel").field("cancelled", &self.cancelled).finish_non_exhaustive()
    }
}

impl CancelToken {
    /// A token that has not been used yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Cancels every message that was or will be sent with this token.
    pub fn cancel(&self) {
        self.0.cancelled.store(true, Ordering::SeqCst);
        let messages = self.0.messages.lock().unwrap_or_else(PoisonError::into_inner).clone();
        for (id, sent_through) in messages {
            sent_through.cancel_message(id);
        }
    }

    /// Whether [`cancel`](CancelToken::cancel) was called.
    pub fn is_cancelled(&self) -> bool {
        self.0.cancelled.load(Ordering::SeqCst)
    }

    /// Notes that message `id` is in progress until the guard is dropped.
    pub(crate) fn enlist(&self, id: MessageId, sent_through: Arc<dyn CancelMessage>) -> Enlisted {
        self.0.messages.lock().unwrap_or_else(PoisonError::into_inner).push((id, sent_through));
        Enlisted { token: self.clone(), id }
    }
}

/// A message's place in its token.
pub(crate) struct Enlisted {
    token: CancelToken,
    id: MessageId,
}

impl Drop for Enlisted {
    fn drop(&mut self) {
        let mut messages = self.token.0.messages.lock().unwrap_or_else(PoisonError::into_inner);
        messages.retain(|(id, _)| *id != self.id);
    }
}
