//! Memory in pages of its own.

use core::ptr::null;

use windows_sys::Win32::System::Memory::{
    MEM_COMMIT, MEM_RESERVE, PAGE_NOACCESS, PAGE_PROTECTION_FLAGS, PAGE_READONLY, PAGE_READWRITE,
    VirtualAlloc, VirtualProtect,
};

use crate::os::{Gap, Told};

/// Windows has pages of this size on every architecture.
pub(super) const PAGE: usize = 4096;

/// A text in some pages, and one behind them that nobody may touch. They stay reserved for good, so that a late access
/// meets no other mapping.
pub(crate) struct Pages {
    base: *mut u8,
    /// Bytes before the page that nobody may touch.
    room: usize,
    text: usize,
}

impl Pages {
    /// Puts the text there: so that its last byte is the last one before the page that nobody may touch, or with a NUL
    /// behind it.
    pub(crate) fn new(text: &[u8], at_the_end: bool) -> Told<Pages> {
        let room = (text.len() + 1).next_multiple_of(PAGE);
        // SAFETY: fresh pages, which nothing else refers to.
        let base = unsafe { VirtualAlloc(null(), room + PAGE, MEM_RESERVE | MEM_COMMIT, PAGE_READWRITE) }
            .cast::<u8>();
        if base.is_null() {
            return Err(Gap::last("VirtualAlloc"));
        }
        let start = if at_the_end { room - text.len() } else { 0 };
        // SAFETY: `start + text.len() <= room`, inside the fresh pages; the last page lies behind `room`.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr(), base.add(start), text.len());
            protect(base.add(room), PAGE, PAGE_NOACCESS);
        }
        Ok(Pages { base, room, text: start })
    }

    /// Where the text is.
    pub(crate) fn as_ptr(&self) -> *const u8 {
        self.base.wrapping_add(self.text)
    }

    /// From now on the text can only be read.
    pub(crate) fn forbid_writing(&self) {
        // SAFETY: the pages are this value's own, and a host's text is not written (rule 2).
        unsafe { protect(self.base, self.room, PAGE_READONLY) };
    }

    /// From now on the text can neither be read nor written.
    pub(crate) fn forbid_all(&self) {
        // SAFETY: the pages are this value's own, and nobody may use them any more (rule 2).
        unsafe { protect(self.base, self.room, PAGE_NOACCESS) };
    }
}

/// True if it was done.
///
/// # Safety
/// Whoever uses these pages bears the change.
pub(super) unsafe fn protect(base: *mut u8, len: usize, access: PAGE_PROTECTION_FLAGS) -> bool {
    let mut before = 0;
    // SAFETY: as the caller promises; the function writes what the protection was.
    unsafe { VirtualProtect(base.cast(), len, access, &mut before) != 0 }
}
