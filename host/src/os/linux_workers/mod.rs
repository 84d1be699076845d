//! Linux, with any libc: processes for isolated modules, and what is known of their crashes and of our own.

mod crash;
mod poll;
mod process;
mod shared_memory;
mod socket;
mod start;

pub(crate) use crash::{
    CrashStack, at_work_for, explain, explain_by, report_crashes, report_data_in_use, report_own_data,
    watch_own_thread, watch_thread,
};
pub(crate) use process::{
    End, HAS_WORKERS, Process, end_worker, is_child_of, memory_of, signal_name, this_program,
};
pub(crate) use shared_memory::{SharedMemory, sleep_on, this_cpu, wake_sleepers};
pub(crate) use socket::{Socket, Wanted, Woken};
pub(crate) use start::{News, Output, Started, become_worker, start, watch};
