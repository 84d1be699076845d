//! What is the same on every system.

use core::ops::Range;
use std::sync::atomic::{AtomicU32, Ordering};

use serde::{Deserialize, Serialize};

/// How a child process ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Ended {
    /// With this exit code.
    With(i32),
    /// By this signal or exception, as `crash_of` names it.
    Crashed(String),
    /// It was ended, since its time was up.
    NotInTime,
}

/// A library in this process.
#[derive(Clone, Debug)]
pub(crate) struct Mapped {
    /// What its own addresses are counted from.
    pub(crate) base: usize,
    /// All that it has mapped.
    pub(crate) extent: Range<usize>,
}

/// A place in a library that holds the address of a function of another one, and is pointed elsewhere.
#[derive(Debug)]
pub(crate) struct Slot {
    /// The place; it can be written from now on.
    pub(crate) at: *mut usize,
    /// What stood there.
    pub(crate) original: usize,
}

/// The process that checks; 0 while none does. A copy of it that a module makes has another number.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// From now on this process is the one that checks.
pub(crate) fn is_the_process() {
    PROCESS.store(std::process::id(), Ordering::Relaxed);
}

/// Whether this process is a copy that a module made of the one that checks.
pub(crate) fn is_a_copy() -> bool {
    let process = PROCESS.load(Ordering::Relaxed);
    process != 0 && process != std::process::id()
}
