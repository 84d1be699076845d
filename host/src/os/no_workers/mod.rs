//! Systems on which no module runs in a process of its own yet, and hosts that are built without the feature `isolated`.

mod crash;
mod process;
mod shared_memory;

pub(crate) use crash::*;
pub(crate) use process::*;
pub(crate) use shared_memory::*;
