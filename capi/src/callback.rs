//! The context of a callback, and when C is told that it is no longer needed.

use core::ffi::c_void;

use crate::abi::rph_drop_fn;

/// What C wants back with each call of a callback.
pub(crate) struct Context {
    pointer: *mut c_void,
    drop: rph_drop_fn,
}

// SAFETY: callbacks run on any thread, several at once (rule 5 of rp_host.h): C sees to what the context leads to.
unsafe impl Send for Context {}
// SAFETY: as for `Send`.
unsafe impl Sync for Context {}

impl Context {
    /// From now on `drop` is called once, whatever becomes of the callback.
    pub(crate) fn new(pointer: *mut c_void, drop: rph_drop_fn) -> Self {
        Context { pointer, drop }
    }

    pub(crate) fn pointer(&self) -> *mut c_void {
        self.pointer
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        if let Some(drop) = self.drop {
            // SAFETY: C gave the function for this context, and it is called once (rule 5 of rp_host.h).
            unsafe { drop(self.pointer) };
        }
    }
}
