//! What differs between operating systems: a file or folder for each, with the same names in all. Only here a system is chosen;
//! what is common to all Unix systems is in `unix/`.

mod terms;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub use unix::*;

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "linux")]
pub use linux::*;

#[cfg(target_vendor = "apple")]
mod apple;
#[cfg(target_vendor = "apple")]
pub use apple::*;

#[cfg(all(unix, not(any(target_os = "linux", target_vendor = "apple"))))]
mod elsewhere;
#[cfg(all(unix, not(any(target_os = "linux", target_vendor = "apple"))))]
pub use elsewhere::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub use windows::*;

pub use terms::{Ending, Ends, FileId, StopBy, Unbound};
