//! C libraries of Linux other than GNU's, which musl stands for.

use super::{Gap, Told};

/// Bytes that the C library's allocator has given out.
pub(crate) fn heap_in_use() -> Told<usize> {
    Err(Gap::Lacks("musl has no mallinfo2"))
}
