//! What a worker gives up before it loads its module, as it is told.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::options::isolation::Isolation;
use crate::options::sandbox::SandboxMode;

/// What a worker may use, and what it may reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Policy {
    /// Bytes that the module may allocate.
    pub(crate) memory: u64,
    /// Files that the module may have open.
    pub(crate) open_files: u64,
    /// Bytes of a file that the module may write.
    pub(crate) file: u64,
    /// Whether a crash may leave a core dump.
    pub(crate) core: bool,
    /// What it may reach; `None` without a sandbox.
    pub(crate) granted: Option<Granted>,
}

/// What a sandbox lets through.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Granted {
    /// Absolute paths to read.
    pub(crate) read: Vec<OsString>,
    /// Absolute paths to read and write.
    pub(crate) write: Vec<OsString>,
    /// Whether memory may be both writable and executable.
    pub(crate) jit: bool,
}

impl Policy {
    /// Of these options. Relative paths are taken from the current folder, which the worker does not have.
    pub(crate) fn of(isolation: &Isolation) -> io::Result<Self> {
        let (limits, sandbox) = (&isolation.limits, &isolation.sandbox);
        let granted = match sandbox.mode {
            SandboxMode::Off => None,
            SandboxMode::Required => {
                let (read, write) = (absolute(&sandbox.read)?, absolute(&sandbox.write)?);
                Some(Granted { read, write, jit: sandbox.jit })
            }
        };
        let count = |size: usize| u64::try_from(size).unwrap_or(u64::MAX);
        let (memory, open_files) = (count(limits.memory), count(limits.open_files));
        Ok(Policy { memory, open_files, file: limits.file, core: sandbox.core, granted })
    }
}

fn absolute(paths: &[PathBuf]) -> io::Result<Vec<OsString>> {
    paths.iter().map(|path| std::path::absolute(Path::new(path)).map(OsString::from)).collect()
}
