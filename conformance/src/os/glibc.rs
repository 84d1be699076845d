//! The C library of GNU.

use super::Told;

/// Bytes that the C library's allocator has given out.
pub(crate) fn heap_in_use() -> Told<usize> {
    // SAFETY: mallinfo2(3) only reads.
    let info = unsafe { libc::mallinfo2() };
    Ok(info.uordblks + info.hblkhd)
}
