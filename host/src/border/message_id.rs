//! The ids of messages.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::platform::local::{self, Local};

/// Identifies a message of this process; never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct MessageId(pub(crate) u64);

/// Ids that a thread takes at a time, so that threads do not share a counter on the call path.
const BLOCK: u64 = 1024;
/// Set in the ids of turns; so many messages no process sends.
const TURN: u64 = 1 << 62;

impl MessageId {
    /// No message: the cause of one that nothing led to.
    pub(crate) const NONE: MessageId = MessageId(0);

    /// Whether it may be that of a message: not of a turn, nor of what the lifecycle does.
    #[inline]
    pub(crate) fn is_of_message(self) -> bool {
        self.0 < TURN
    }

    /// The id of a new turn.
    pub(crate) fn next_turn() -> Self {
        MessageId(MessageId::next().0 | TURN)
    }

    /// The id of a new message.
    #[inline]
    pub(crate) fn next() -> Self {
        local::with(MessageId::next_of)
    }

    /// The same on this thread, whose place `local` is.
    #[inline(always)]
    pub(crate) fn next_of(local: &Local) -> Self {
        let id = local.next_id.get();
        if id == local.end_of_ids.get() {
            return first_of_block(local);
        }
        local.next_id.set(id + 1);
        MessageId(id)
    }
}

#[cold]
fn first_of_block(local: &Local) -> MessageId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let first = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    local.next_id.set(first + 1);
    local.end_of_ids.set(first + BLOCK);
    MessageId(first)
}
