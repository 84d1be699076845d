//! Unix systems that report nothing about the stacks of threads, and have no barrier across them.

use std::io;
use std::path::{Path, PathBuf};

/// The lowest usable address of this thread's stack, if the system reports it.
pub(crate) fn stack_low() -> Option<usize> {
    None
}

/// Whether the system has [`barrier_on_every_thread`].
pub(crate) fn has_barrier_on_every_thread() -> bool {
    false
}

/// Never called here, since nothing is biased without it.
pub(crate) fn barrier_on_every_thread() {}

/// A path to the same folder that the system's loader takes literally, and what keeps it valid; `None` if the path is literal.
pub(crate) fn literal_folder(_path: &Path) -> io::Result<Option<(PathBuf, std::fs::File)>> {
    Ok(None)
}

/// Calls nothing: how threads are named is not known.
pub(crate) fn with_thread_name(_write: impl FnOnce(&str) -> std::fmt::Result) -> std::fmt::Result {
    Ok(())
}
