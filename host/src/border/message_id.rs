//! The ids of messages.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// Identifies a message of this process; never reused.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct MessageId(pub(crate) u64);

/// Ids that a thread takes at a time, so that threads do not share a counter on the call path.
const BLOCK: u64 = 1024;

struct Ids {
    next: Cell<u64>,
    end: Cell<u64>,
}

thread_local! {
    static IDS: Ids = const { Ids { next: Cell::new(0), end: Cell::new(0) } };
}

impl MessageId {
    /// No message: the cause of one that nothing led to.
    pub(crate) const NONE: MessageId = MessageId(0);

    /// The id of a new message.
    #[inline]
    pub(crate) fn next() -> Self {
        IDS.with(|ids| {
            let id = ids.next.get();
            if id == ids.end.get() {
                return first_of_block(ids);
            }
            ids.next.set(id + 1);
            MessageId(id)
        })
    }
}

#[cold]
fn first_of_block(ids: &Ids) -> MessageId {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let first = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    ids.next.set(first + 1);
    ids.end.set(first + BLOCK);
    MessageId(first)
}
