//! The module's own calls of malloc, counted and made to fail; the host's are left alone.
//!
//! A library calls malloc through a slot that the system's loader filled. The slots of the module, and of the libraries
//! that it brought along (libstdc++ throws where its malloc fails), are pointed elsewhere; those of this program are not.

use crate::allocations;
use crate::library::Library;
use crate::os::{self, Slot, Told};

/// Slots that lead to functions that count, for as long as this lives.
pub(crate) struct Interposed {
    slots: Vec<Slot>,
}

impl Interposed {
    /// None if the module does not call malloc.
    pub(crate) fn install(library: &Library) -> Told<Option<Interposed>> {
        let slots = os::lead_malloc_here(&library.brought()?)?;
        allocations::clear();
        Ok((!slots.is_empty()).then_some(Interposed { slots }))
    }

    /// From now on the call with this number fails, and all that come after it.
    pub(crate) fn arm(&self, fails_at: usize) {
        allocations::fail_at(fails_at);
    }

    /// Ends the failures; true if there were any.
    pub(crate) fn disarm(&self) -> bool {
        let fails_at = allocations::fail_at(0);
        fails_at > 0 && allocations::calls() >= fails_at
    }

    /// Blocks that the module has allocated and not freed.
    pub(crate) fn live(&self) -> usize {
        allocations::live()
    }
}

impl Drop for Interposed {
    fn drop(&mut self) {
        for slot in &self.slots {
            // SAFETY: the system's loader filled these slots; they were made writable, and the library stays mapped.
            unsafe { slot.at.write(slot.original) };
        }
    }
}
