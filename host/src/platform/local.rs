//! What the host keeps for each thread and asks for in each call, in one place: in a shared library a place of its own for
//! each would be looked up by a call for each.

use std::cell::Cell;
use std::ptr;

/// Before the floor of a thread is known, so that its first check takes the cold path.
pub(super) const UNKNOWN_FLOOR: usize = usize::MAX;
/// The bits of a token that no thread has.
pub(super) const NOBODY: u64 = 1;

/// What belongs to a thread. Whoever keeps something here says what it is.
pub(crate) struct Local {
    pub(super) floor: Cell<usize>,
    pub(super) token: Cell<u64>,
    pub(super) innermost: Cell<*const ()>,
    pub(crate) next_id: Cell<u64>,
    pub(crate) end_of_ids: Cell<u64>,
}

thread_local! {
    static LOCAL: Local = const {
        Local {
            floor: Cell::new(UNKNOWN_FLOOR),
            token: Cell::new(NOBODY),
            innermost: Cell::new(ptr::without_provenance(NOBODY as usize)),
            next_id: Cell::new(0),
            end_of_ids: Cell::new(0),
        }
    };
}

/// Calls `work` with what belongs to this thread. It has no destructor, so it is there until the thread is gone.
#[inline(always)]
pub(crate) fn with<R>(work: impl FnOnce(&Local) -> R) -> R {
    // SAFETY: `work` keeps the borrow no longer than it runs, on this thread.
    work(unsafe { here() })
}

/// What belongs to this thread, for a whole call: as a closure that would not be inlined everywhere.
///
/// # Safety
/// The borrow ends on this thread; what it leads to has no destructor, so it is there until then.
#[inline(always)]
pub(crate) unsafe fn here<'l>() -> &'l Local {
    let place = LOCAL.with(ptr::from_ref);
    // SAFETY: the caller promises to end the borrow while the thread lives.
    unsafe { &*place }
}
