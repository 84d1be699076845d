//! No report of a process that crashes.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::path::Path;

use super::super::own_crash::OwnCrash;

/// Fails.
pub(crate) fn report_crashes(_area: File) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Does nothing.
pub(crate) fn report_data_in_use() {}

/// Does nothing.
pub(crate) fn report_own_data(_bytes: u64) {}

/// Does nothing.
pub(crate) fn at_work_for(_message: u64) -> u64 {
    0
}

/// Does nothing.
pub(crate) fn watch_own_thread() {}

/// Does nothing.
pub(crate) fn watch_thread() {}

/// Fails.
pub(crate) fn explain_by(_program: &Path, _argument: &str) -> io::Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// Nothing is known.
pub(crate) fn explain(_crash: &OwnCrash, _into: &mut [u8]) -> usize {
    0
}

/// Nothing, for a thread.
pub(crate) struct CrashStack;

impl CrashStack {
    /// Nothing.
    pub(crate) fn of_lane(_lane: u32) -> io::Result<Self> {
        Ok(CrashStack)
    }
}
