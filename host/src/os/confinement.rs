//! What a process gives up for good.

use std::io;
use std::path::PathBuf;

/// What a process may use.
#[derive(Clone, Debug)]
pub(crate) struct Budget {
    /// Bytes of private memory that can be written, beyond what the process has now.
    pub(crate) memory: u64,
    /// Files open at once, beyond those that are open now.
    pub(crate) open_files: u64,
    /// Bytes up to which a file may be written.
    pub(crate) file: u64,
    /// Whether a crash may leave a core dump.
    pub(crate) core: bool,
}

/// What a process may reach, beside the libraries of the system.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reach {
    /// Files and folders to read.
    pub(crate) read: Vec<PathBuf>,
    /// Files and folders to read and write.
    pub(crate) write: Vec<PathBuf>,
    /// Whether memory may be both writable and executable.
    pub(crate) jit: bool,
}

/// Why a process could not be confined. It may be confined in part, and has to end.
#[derive(Debug)]
pub(crate) enum Unconfined {
    /// The system lacks this, or refused it.
    Lacks(String),
    /// A path that the process was to reach cannot be opened.
    Path(PathBuf, io::Error),
}

impl Unconfined {
    /// What was refused, and the words of the system.
    pub(crate) fn refused(what: &str, why: impl std::fmt::Display) -> Self {
        Unconfined::Lacks(format!("{what} ({why})"))
    }
}

/// A part of the system that isolated modules need.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SystemPart {
    /// Its name.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Whether only the sandbox needs it: without it, modules can be isolated with [`SandboxMode::Off`](crate::SandboxMode::Off).
    pub is_for_sandbox: bool,
    /// What the system has, or why that is not enough, and what helps.
    pub found: Result<String, String>,
}
