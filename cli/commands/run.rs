//! `rp run [RP.TOML] SESSION`

mod heard;
mod instances;
mod judge;
mod options;
mod output;
mod owner;
mod plan;
mod rewrite;
mod runner;
mod verdict;

pub use options::Options;

use crate::arguments::global::Global;
use crate::fault::Fault;

/// Runs a session.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    runner::run(plan::plan(options, global)?)
}
