//! What a process leaves behind when it crashes, see `crash_area.rs`.
//!
//! A signal handler writes it. The handler allocates nothing, takes no lock, and makes only system calls that a crashing process
//! may make; a fault inside it ends the process as the first one would have.

mod area;
mod frames;
mod handler;
mod own;
mod registers;
mod threads;

pub(crate) use handler::{report_crashes, report_data_in_use, report_own_data};
pub(crate) use own::{explain, explain_by};
pub(crate) use threads::{CrashStack, at_work_for, watch_own_thread, watch_thread};
