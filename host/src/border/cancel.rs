//! Tokens that cancel messages.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use crate::host::lifecycle::HostState;

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
    messages: Mutex<Vec<(u64, Arc<HostState>)>>,
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
    pub(crate) fn enlist<'a>(&'a self, id: u64, shared: &Arc<HostState>) -> Enlisted<'a> {
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
