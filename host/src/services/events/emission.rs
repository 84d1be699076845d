//! An event on its way: about to be published, then in the queues.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::border::message_id::MessageId;
use crate::calls::instance::InstanceId;

/// An event that is about to be published.
#[derive(Clone, Copy)]
pub(crate) struct Emission<'a> {
    pub(crate) name: &'a str,
    /// The kind of entity that it is about, if any; only subscribers that may read that kind get it.
    pub(crate) entity: Option<&'a str>,
    /// The instance that publishes it and does not get it; `None` for the host and its embedder.
    pub(crate) sender: Option<InstanceId>,
    /// The sender's name.
    pub(crate) from: &'a str,
    /// The message whose handler publishes it, if any.
    pub(crate) cause: MessageId,
    /// How many events led to it.
    pub(crate) hops: u32,
}

/// An event in the queues; its subscribers share it.
pub(super) struct Queued {
    pub(super) payload: String,
    pub(super) from: String,
    pub(super) cause: MessageId,
    pub(super) hops: u32,
    pub(super) _room: Option<Room>,
}

/// A share of the bytes that may be queued in a host; dropping it gives the bytes back.
pub(super) struct Room {
    bytes: usize,
    held: Arc<AtomicUsize>,
}

impl Room {
    /// Takes `bytes`, unless the total would exceed `limit`.
    pub(super) fn take(held: &Arc<AtomicUsize>, bytes: usize, limit: usize) -> Option<Self> {
        let more = |held: usize| held.checked_add(bytes).filter(|all| *all <= limit);
        held.fetch_update(Ordering::Relaxed, Ordering::Relaxed, more).ok()?;
        Some(Room { bytes, held: Arc::clone(held) })
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.held.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}
