//! No processes: the types have no values, and starting says so.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, ErrorKind, IoSlice};
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Whether this system can run modules in processes of their own.
pub(crate) const HAS_WORKERS: bool = false;

/// One end of a pair of connected sockets.
#[derive(Debug)]
pub(crate) enum Socket {}

/// What ended a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Woken {
    Ready,
    Ended,
    Late,
}

/// What to wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Bytes,
    Room,
}

fn not_here<T>() -> io::Result<T> {
    Err(io::Error::new(ErrorKind::Unsupported, "not on this system yet"))
}

impl Socket {
    /// Fails.
    pub(crate) fn pair() -> io::Result<(Socket, Socket)> {
        not_here()
    }

    /// Fails.
    pub(crate) fn carrying(_: &File) -> io::Result<Socket> {
        not_here()
    }

    /// Never called.
    pub(crate) fn into_file(self) -> File {
        match self {}
    }

    /// Never called, since there is no socket.
    pub(crate) fn send(&self, _: &[IoSlice<'_>], _: &[&Socket]) -> io::Result<usize> {
        match *self {}
    }

    /// Never called.
    pub(crate) fn receive(&self, _: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }

    /// Never called.
    pub(crate) fn receive_with(&self, _: &mut [u8], _: &mut Vec<Socket>) -> io::Result<usize> {
        match *self {}
    }

    /// Never called.
    pub(crate) fn wait(&self, _: Wanted, _: Option<&Process>, _: Option<Instant>) -> io::Result<Woken> {
        match *self {}
    }
}

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    Exited(i32),
    Signalled(i32),
    Unknown,
}

/// A process that was started here: none.
#[derive(Debug)]
pub(crate) struct Process {
    pub(crate) number: u32,
    none: Socket,
}

impl Process {
    /// Never called.
    pub(crate) fn kill(&self) {
        match self.none {}
    }

    /// Never called.
    pub(crate) fn has_ended(&self, _: Option<Instant>) -> bool {
        match self.none {}
    }

    /// Never called.
    pub(crate) fn end(&self) -> End {
        match self.none {}
    }
}

/// What a started process writes.
#[derive(Debug)]
pub(crate) enum Output {}

impl Output {
    /// Never called.
    pub(crate) fn read(&self, _: &mut [u8]) -> io::Result<usize> {
        match *self {}
    }

    /// Never called.
    pub(crate) fn has_bytes(&self) -> bool {
        match *self {}
    }
}

/// A process, and what it writes.
pub(crate) struct Started {
    pub(crate) process: Process,
    pub(crate) outputs: [Output; 2],
}

/// Fails.
pub(crate) fn start(_: &Path, _: &[&OsStr], _: &[(&OsStr, &OsStr)], input: Socket) -> io::Result<Started> {
    match input {}
}

/// What there is to do for the thread that watches a process.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) has_ended: bool,
    pub(crate) has_asked: bool,
    pub(crate) has_output: [bool; 2],
}

/// Never called.
pub(crate) fn watch(process: &Process, _: Option<&Socket>, _: [Option<&Output>; 2]) -> io::Result<News> {
    match process.none {}
}

/// Fails.
pub(crate) fn this_program() -> io::Result<PathBuf> {
    not_here()
}

/// Fails.
pub(crate) fn become_worker() -> io::Result<Socket> {
    not_here()
}

/// Whether this process is a child of that one: no worker runs here.
pub(crate) fn is_child_of(_: u32) -> bool {
    false
}

/// Ends the process.
pub(crate) fn end_worker(code: i32) -> ! {
    std::process::exit(code)
}

/// The name of a signal.
pub(crate) fn signal_name(number: i32) -> String {
    format!("signal {number}")
}

/// Not known.
pub(crate) fn memory_of(_process: u32) -> Option<u64> {
    None
}
