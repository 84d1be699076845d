//! What Unix systems have in common.

pub(super) mod fork;
mod library;
pub(super) mod pages;
mod process;
mod stdout;
mod surroundings;

pub(crate) use fork::{HAS_FORK, in_a_copy, on_fork};
pub(crate) use library::open_library;
pub(crate) use pages::Pages;
pub(crate) use process::{
    ABORTED, crash_of, end_group, exit_at_once, has_ended, lead_a_group, limit_cpu, no_core_file,
};
pub(crate) use stdout::{take_stdout, with_stdout_caught};
pub(crate) use surroundings::{locale, signal_handlers, signal_mask, stdio, umask};

/// Whether the C++ runtime in this file cannot throw when memory runs out; none is known here.
pub(crate) fn cannot_throw_without_memory(_file: &[u8]) -> bool {
    false
}
