//! Text in pages of its own, where every byte that a module may not touch is out of reach.

use crate::outcome::Stop;

/// How a message's text lies in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In plain memory, as a host has it.
    Heap,
    /// Its last byte is the last one that can be read.
    AtTheEnd,
    /// It cannot be written.
    ReadOnly,
    /// It is gone once the call returns.
    Vanishing,
}

/// A text that was put somewhere.
pub(crate) enum Placed {
    Heap(Vec<u8>),
    #[cfg(unix)]
    Pages(unix::Pages),
}

impl Placed {
    /// Puts a text into such memory; a skip if this system cannot.
    pub(crate) fn new(text: &[u8], place: Place) -> Result<Placed, Stop> {
        if place == Place::Heap {
            // A NUL behind it that is not counted, since a plain module is given the same bytes.
            let mut bytes = Vec::with_capacity(text.len() + 1);
            bytes.extend_from_slice(text);
            bytes.push(0);
            return Ok(Placed::Heap(bytes));
        }
        #[cfg(unix)]
        return unix::Pages::new(text, place)
            .map(Placed::Pages)
            .ok_or_else(|| Stop::Skip("the system gave no pages".into()));
        #[cfg(not(unix))]
        Err(Stop::Skip("pages can be guarded on Unix only".into()))
    }

    pub(crate) fn as_ptr(&self) -> *const u8 {
        match self {
            Placed::Heap(bytes) => bytes.as_ptr(),
            #[cfg(unix)]
            Placed::Pages(pages) => pages.as_ptr(),
        }
    }

    /// Notes that the call returned: a text that vanishes is out of reach from now on, for good.
    pub(crate) fn retire(self) {
        match self {
            Placed::Heap(_) => {}
            #[cfg(unix)]
            Placed::Pages(pages) => pages.retire(),
        }
    }
}

#[cfg(unix)]
mod unix {
    use core::ptr::null_mut;

    use super::Place;

    /// Some pages and one behind them that nobody may touch.
    pub(crate) struct Pages {
        base: *mut u8,
        len: usize,
        text: usize,
        place: Place,
    }

    fn page() -> usize {
        // SAFETY: sysconf(3) only reads.
        usize::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).unwrap_or(4096)
    }

    impl Pages {
        pub(crate) fn new(text: &[u8], place: Place) -> Option<Pages> {
            let page = page();
            // The NUL of a plain module's text is part of it.
            let room = (text.len() + 1).next_multiple_of(page);
            let len = room + page;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            // SAFETY: fresh pages, which nothing else refers to.
            let base =
                unsafe { libc::mmap(null_mut(), len, libc::PROT_READ | libc::PROT_WRITE, flags, -1, 0) };
            if base == libc::MAP_FAILED {
                return None;
            }
            let base = base.cast::<u8>();
            let start = if place == Place::AtTheEnd { room - text.len() } else { 0 };
            // SAFETY: `start + text.len() <= room`, inside the fresh pages; the last page lies behind `room`.
            unsafe {
                core::ptr::copy_nonoverlapping(text.as_ptr(), base.add(start), text.len());
                libc::mprotect(base.add(room).cast(), page, libc::PROT_NONE);
                if place == Place::ReadOnly {
                    libc::mprotect(base.cast(), room, libc::PROT_READ);
                }
            }
            Some(Pages { base, len, text: start, place })
        }

        pub(crate) fn as_ptr(&self) -> *const u8 {
            self.base.wrapping_add(self.text)
        }

        /// Pages stay reserved, so that a late read meets no other mapping; those that vanish cannot be read.
        pub(crate) fn retire(self) {
            if self.place == Place::Vanishing {
                // SAFETY: the pages are this value's own, and nobody may use them any more (rule 2).
                unsafe { libc::mprotect(self.base.cast(), self.len, libc::PROT_NONE) };
            }
        }
    }
}
