//! Memory in pages of its own.

use core::ptr::null_mut;

use crate::os::{Gap, Told};

/// A text in some pages, and one behind them that nobody may touch. They stay reserved for good, so that a late access
/// meets no other mapping.
pub(crate) struct Pages {
    base: *mut u8,
    /// Bytes before the page that nobody may touch.
    room: usize,
    text: usize,
}

/// The size of a page, in bytes.
pub(crate) fn page_size() -> usize {
    // SAFETY: sysconf(3) only reads.
    usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
}

impl Pages {
    /// Puts the text there: so that its last byte is the last one before the page that nobody may touch, or with a NUL
    /// behind it.
    pub(crate) fn new(text: &[u8], at_the_end: bool) -> Told<Pages> {
        let page = page_size();
        let room = (text.len() + 1).next_multiple_of(page);
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        let access = libc::PROT_READ | libc::PROT_WRITE;
        // SAFETY: fresh pages, which nothing else refers to.
        let base = unsafe { libc::mmap(null_mut(), room + page, access, flags, -1, 0) };
        if base == libc::MAP_FAILED {
            return Err(Gap::last("mmap"));
        }
        let base = base.cast::<u8>();
        let start = if at_the_end { room - text.len() } else { 0 };
        // SAFETY: `start + text.len() <= room`, inside the fresh pages; the last page lies behind `room`.
        unsafe {
            core::ptr::copy_nonoverlapping(text.as_ptr(), base.add(start), text.len());
            libc::mprotect(base.add(room).cast(), page, libc::PROT_NONE);
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
        unsafe { libc::mprotect(self.base.cast(), self.room, libc::PROT_READ) };
    }

    /// From now on the text can neither be read nor written.
    pub(crate) fn forbid_all(&self) {
        // SAFETY: the pages are this value's own, and nobody may use them any more (rule 2).
        unsafe { libc::mprotect(self.base.cast(), self.room, libc::PROT_NONE) };
    }
}
