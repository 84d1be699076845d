//! What the module has allocated, as the functions that stand in for malloc count it, and which of its calls fail.

use core::ffi::c_void;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The call that fails, counted from 1 since it was armed; 0 is none.
static FAILS_AT: AtomicUsize = AtomicUsize::new(0);
static CALLS: AtomicUsize = AtomicUsize::new(0);
/// What the module has allocated and not freed.
static LIVE: Mutex<BTreeSet<usize>> = Mutex::new(BTreeSet::new());

fn locked() -> MutexGuard<'static, BTreeSet<usize>> {
    LIVE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whether this call fails.
#[allow(dead_code, reason = "macOS has no slots that lead here")]
pub(crate) fn fails() -> bool {
    let fails_at = FAILS_AT.load(Ordering::SeqCst);
    fails_at > 0 && CALLS.fetch_add(1, Ordering::SeqCst) + 1 >= fails_at
}

/// Notes a block, and gives it back.
#[allow(dead_code, reason = "macOS has no slots that lead here")]
pub(crate) fn keep(block: *mut c_void) -> *mut c_void {
    if !block.is_null() {
        locked().insert(block as usize);
    }
    block
}

/// Notes that a block is freed.
#[allow(dead_code, reason = "macOS has no slots that lead here")]
pub(crate) fn forget(block: *mut c_void) {
    locked().remove(&(block as usize));
}

/// Begins to count.
pub(crate) fn clear() {
    locked().clear();
}

/// From now on the call with this number fails, and all that come after it; with 0 none does. Returns the number before.
pub(crate) fn fail_at(call: usize) -> usize {
    if call > 0 {
        CALLS.store(0, Ordering::SeqCst);
    }
    FAILS_AT.swap(call, Ordering::SeqCst)
}

/// Calls since the first that was to fail was set.
pub(crate) fn calls() -> usize {
    CALLS.load(Ordering::SeqCst)
}

/// Blocks that the module has allocated and not freed.
pub(crate) fn live() -> usize {
    locked().len()
}
