//! Writes into an rp_reply: no buffer between, nothing committed until the whole response stands.
use std::io;

use crate::abi::rp_reply;
use crate::status;

/// The end of a reply, kept in registers while a response is written.
///
/// What is written counts only after [`commit`](Self::commit); until then the reply's `len` is what it was.
pub(crate) struct Writer {
    reply: *mut rp_reply,
    start: usize,
    data: *mut u8,
    len: usize,
    capacity: usize,
    no_memory: bool,
}

impl Writer {
    /// # Safety
    /// `reply` keeps rule 1, and nothing else uses it while the writer lives.
    #[inline]
    pub(crate) unsafe fn new(reply: *mut rp_reply) -> Writer {
        // SAFETY: rule 1: a reply is readable by the callee until the call returns.
        let (data, len, capacity) = unsafe { ((*reply).data.cast(), (*reply).len, (*reply).capacity) };
        Writer { reply, start: len, data, len, capacity, no_memory: false }
    }

    /// Appends bytes; false if there is no room for them.
    #[inline]
    pub(crate) fn push(&mut self, bytes: &[u8]) -> bool {
        if !self.reserve(bytes.len()) {
            return false;
        }
        // SAFETY: `reserve` saw that there is room.
        unsafe { self.put(bytes) };
        true
    }

    /// Whether there is room for so many bytes more, without asking the owner.
    #[inline]
    pub(crate) fn has_room(&self, additional: usize) -> bool {
        additional <= self.capacity.saturating_sub(self.len)
    }

    /// Appends bytes where there is room.
    ///
    /// # Safety
    /// [`has_room`](Self::has_room) for them.
    #[inline]
    pub(crate) unsafe fn put(&mut self, bytes: &[u8]) {
        // SAFETY: rule 1: `data` has `capacity` bytes, and the caller promises that these fit behind `len`. The owner's
        // memory does not overlap with borrowed text (rule 2).
        unsafe { self.data.add(self.len).copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        self.len += bytes.len();
    }

    /// Makes room for so many bytes more; false if there is none.
    #[inline]
    pub(crate) fn reserve(&mut self, additional: usize) -> bool {
        self.has_room(additional) || self.grow(additional)
    }

    /// Makes what was written part of the reply.
    #[inline]
    pub(crate) fn commit(self) {
        // SAFETY: rule 1: the callee raises `len` over the bytes that it wrote.
        unsafe { (*self.reply).len = self.len };
    }

    /// Whether a write failed for want of room.
    pub(crate) fn is_out_of_memory(&self) -> bool {
        self.no_memory
    }

    #[cold]
    fn grow(&mut self, additional: usize) -> bool {
        self.no_memory = !self.try_grow(additional);
        !self.no_memory
    }

    fn try_grow(&mut self, additional: usize) -> bool {
        // SAFETY: rule 1: `grow` is called with its own reply on the one thread that uses it. It may move `data`
        // and keeps `len` bytes of it, so `len` tells for that time what is written.
        unsafe {
            let Some(grow) = (*self.reply).grow else { return false };
            (*self.reply).len = self.len;
            let status = grow(self.reply, additional);
            (*self.reply).len = self.start;
            if status != status::OK {
                return false;
            }
            self.data = (*self.reply).data.cast();
            self.capacity = (*self.reply).capacity;
        }
        additional <= self.capacity.saturating_sub(self.len)
    }
}

impl io::Write for Writer {
    #[inline]
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_all(bytes)?;
        Ok(bytes.len())
    }

    #[inline]
    fn write_all(&mut self, bytes: &[u8]) -> io::Result<()> {
        if self.push(bytes) { Ok(()) } else { Err(io::ErrorKind::OutOfMemory.into()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
