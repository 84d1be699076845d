//! A module that ends the process is reported, and the command fails: by `exit` and `quick_exit`, by a crash, or by a copy
//! of the process that comes back from a call. `_exit` and `kill -9` cannot be seen from inside.

#[cfg(unix)]
mod end;
#[cfg(unix)]
mod exit;
#[cfg(unix)]
mod names;
#[cfg(not(unix))]
mod none;
#[cfg(unix)]
mod report;
#[cfg(unix)]
mod signals;

#[cfg(unix)]
pub use end::waiting_for;
#[cfg(unix)]
pub use exit::Guard;
#[cfg(not(unix))]
pub use none::{Guard, waiting_for};
