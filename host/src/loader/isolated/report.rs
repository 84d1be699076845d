//! What the crash of a worker is told from.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::crashes::{Remains, report};
use crate::error::Crash;
use crate::options::isolation::Isolation;
use crate::os::{self, CRASH_AREA, SharedMemory, Socket};

/// What the crash of a worker is told from.
pub(super) struct CrashSource {
    area: SharedMemory,
    /// The file that it loads, and the one that this is a copy of.
    module: OnceLock<(PathBuf, PathBuf)>,
    /// The limit of its memory, which holds without a sandbox too.
    memory: u64,
    has_core: bool,
}

impl CrashSource {
    pub(super) fn new(isolation: &Isolation) -> io::Result<Self> {
        Ok(CrashSource {
            area: SharedMemory::create("rp-crash", CRASH_AREA)?,
            module: OnceLock::new(),
            memory: isolation.limits.memory as u64,
            has_core: isolation.sandbox.core,
        })
    }

    /// The memory that the worker writes into, to be sent to it.
    pub(super) fn area(&self) -> io::Result<Socket> {
        Socket::carrying(self.area.file())
    }

    /// Notes what it loads.
    pub(super) fn is_of(&self, copy: &Path, original: &Path) {
        self.module.get_or_init(|| (copy.to_owned(), original.to_owned()));
    }

    /// The crash by that signal, of the process that had that number.
    pub(super) fn tell(&self, signal: i32, process: u32) -> Crash {
        let name = os::signal_name(signal);
        let (copy, original) = self.module.get().cloned().unwrap_or_default();
        report(&Remains {
            signal: (signal, &name),
            area: &self.area,
            process,
            copy: &copy,
            original: &original,
            memory: Some(self.memory),
            has_core: self.has_core,
        })
    }
}
