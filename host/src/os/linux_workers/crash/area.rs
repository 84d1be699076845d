//! The area, as its writer sees it.

use std::sync::atomic::{AtomicU32, AtomicU64, Ordering};

use super::super::super::crash_area::{
    FRAME_COUNT, LIBRARY_COUNT, LONGEST_PATH, MOST_FRAMES, MOST_LIBRARIES, NO_LIBRARY, frame_at, library_at,
};

/// A mapped area: 16 KiB that stay mapped, shared with the reader.
#[derive(Clone, Copy)]
pub(super) struct Area(*mut u8);

impl Area {
    /// # Safety
    /// The address is of a mapping of the size of the area that is never unmapped.
    pub(super) unsafe fn new(address: *mut u8) -> Self {
        Area(address)
    }

    /// Writes a number. What was written before is there for who reads this one.
    pub(super) fn put_u32(self, at: usize, value: u32) {
        // SAFETY: every place of the layout lies in the mapping and is aligned to its size; the reader is another process.
        let field = unsafe { &*self.0.add(at).cast::<AtomicU32>() };
        field.store(value.to_le(), Ordering::Release);
    }

    /// Writes a number.
    pub(super) fn put_u64(self, at: usize, value: u64) {
        // SAFETY: as in `put_u32`.
        let field = unsafe { &*self.0.add(at).cast::<AtomicU64>() };
        field.store(value.to_le(), Ordering::Release);
    }

    /// Writes frame `number`; false if there is room for no more.
    pub(super) fn put_frame(self, number: usize, instruction: u64, library: u32) -> bool {
        if number >= MOST_FRAMES {
            return false;
        }
        self.put_u64(frame_at(number), instruction);
        self.put_u32(frame_at(number) + 8, library);
        self.put_u32(FRAME_COUNT, number as u32 + 1);
        true
    }

    /// Writes library `number`; gives its number, or [`NO_LIBRARY`] if there is room for no more.
    ///
    /// # Safety
    /// `path` is NULL or ends with a NUL.
    pub(super) unsafe fn put_library(self, number: usize, base: u64, path: *const u8) -> u32 {
        if number >= MOST_LIBRARIES {
            return NO_LIBRARY;
        }
        let at = library_at(number);
        self.put_u64(at, base);
        // SAFETY: as the caller promises.
        let len = unsafe { self.put_path(at + 12, path) };
        self.put_u32(at + 8, len);
        self.put_u32(LIBRARY_COUNT, number as u32 + 1);
        number as u32
    }

    /// # Safety
    /// As for `put_library`.
    unsafe fn put_path(self, at: usize, path: *const u8) -> u32 {
        let mut len = 0;
        // SAFETY: it is read up to its NUL and no further, and written within the room of one library.
        unsafe {
            while !path.is_null() && len < LONGEST_PATH && *path.add(len) != 0 {
                self.0.add(at + len).write_volatile(*path.add(len));
                len += 1;
            }
        }
        len as u32
    }
}
