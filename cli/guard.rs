//! A module that ends the process is reported, and the command fails: by `exit` and `quick_exit`, by a crash, or by a copy
//! of the process that comes back from a call. `_exit` and `kill -9` cannot be seen from inside.

mod arm;
mod end;
mod report;

pub use arm::Guard;
pub use end::{tracing_to, waiting_for};
