//! Linux, whatever its C library.

mod libraries;
mod parent;
mod proc;
mod slots;

pub(crate) use libraries::libraries;
pub(crate) use parent::end_with;
pub(crate) use proc::{descriptors, thread_count};
pub(crate) use slots::lead_malloc_here;
