//! The numbers of messages.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// Ids that a thread takes at a time, so that threads do not share a counter on the call path.
const BLOCK: u64 = 1024;

struct Ids {
    next: Cell<u64>,
    end: Cell<u64>,
}

thread_local! {
    static IDS: Ids = const { Ids { next: Cell::new(0), end: Cell::new(0) } };
}

/// A number that no other message of this process has.
#[inline]
pub(crate) fn next_id() -> u64 {
    IDS.with(|ids| {
        let id = ids.next.get();
        if id == ids.end.get() {
            return first_of_block(ids);
        }
        ids.next.set(id + 1);
        id
    })
}

#[cold]
fn first_of_block(ids: &Ids) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let first = NEXT.fetch_add(BLOCK, Ordering::Relaxed);
    ids.next.set(first + 1);
    ids.end.set(first + BLOCK);
    first
}
