//! What the checks ask of the operating system. Only this file chooses between systems; each has the same names.
//!
//! | names | what they are for |
//! | --- | --- |
//! | `crash_of`, `ABORTED` | how a process ended |
//! | `no_core_file`, `limit_cpu`, `end_with`, `exit_at_once` | this process, as a worker |
//! | `lead_a_group`, `has_ended`, `end_group` | a worker, as its parent sees it |
//! | `HAS_FORK`, `in_a_copy`, `on_fork` | copies of this process |
//! | `take_stdout`, `with_stdout_caught` | standard output |
//! | `heap_in_use`, `lead_malloc_here`, `cannot_throw_without_memory` | the memory that C libraries give out |
//! | `thread_count`, `descriptors`, `libraries` | what this process has |
//! | `open_library` | the system's loader |
//! | `Pages` | memory that a module may not touch |
//! | `umask`, `signal_handlers`, `signal_mask`, `locale`, `stdio` | what a module may not change |

mod gap;
mod types;

pub(crate) use gap::{Gap, Told};
pub(crate) use types::{Ended, Mapped, Slot, is_a_copy, is_the_process};

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub(crate) use linux::*;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use glibc::*;

#[cfg(all(target_os = "linux", not(target_env = "gnu")))]
mod musl;
#[cfg(all(target_os = "linux", not(target_env = "gnu")))]
pub(crate) use musl::*;

#[cfg(all(unix, not(target_os = "linux")))]
mod watched_parent;
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) use watched_parent::end_with;

#[cfg(target_vendor = "apple")]
mod apple;
#[cfg(target_vendor = "apple")]
pub(crate) use apple::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(not(any(target_os = "linux", target_vendor = "apple", windows)))]
mod elsewhere;
#[cfg(not(any(target_os = "linux", target_vendor = "apple", windows)))]
pub(crate) use elsewhere::*;
