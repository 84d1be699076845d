//! `rp call FILE COMMAND [JSON]`

mod exchange;
mod options;
mod plan;

pub use options::{Options, help_of_command};

use crate::arguments::global::Global;
use crate::fault::Fault;

/// Calls.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    exchange::run(plan::plan(options, global)?)
}
