//! `rp serve [RP.TOML|FILE...]`

mod answer;
mod client;
mod gate;
mod instances;
mod lines;
mod modules;
mod options;
mod plan;
mod request;
mod runner;
mod server;
mod signals;
mod socket;
mod stdio;
mod subscription;
mod watch;

pub use options::Options;

use crate::arguments::global::Global;
use crate::fault::Fault;

/// Serves until it is told to stop.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    runner::run(plan::plan(options, global)?)
}
