//! Windows. What is here has run under Wine only, except for what `docs/src/platforms.md` says of real Windows.

mod copies;
mod crash;
mod handles;
mod heap;
mod library;
mod pages;
mod process;
mod runtimes;
mod slots;
mod snapshot;
mod stdout;
mod surroundings;

pub(crate) use copies::{HAS_FORK, in_a_copy, on_fork};
pub(crate) use crash::{ABORTED, crash_of};
pub(crate) use handles::descriptors;
pub(crate) use heap::heap_in_use;
pub(crate) use library::open_library;
pub(crate) use pages::Pages;
pub(crate) use process::{
    end_group, end_with, exit_at_once, has_ended, lead_a_group, limit_cpu, no_core_file,
};
pub(crate) use slots::{cannot_throw_without_memory, lead_malloc_here};
pub(crate) use snapshot::{libraries, thread_count};
pub(crate) use stdout::{take_stdout, with_stdout_caught};
pub(crate) use surroundings::{locale, signal_handlers, signal_mask, stdio, umask};
