//! `rp config check [RP.TOML]`

mod check;
mod ready;
mod report;

use crate::arguments::global::Global;
use crate::fault::Fault;

/// Work with an rp.toml, without running any module's code
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(subcommand)]
    action: Action,
}

#[derive(clap::Subcommand)]
enum Action {
    Check(check::Options),
}

const AFTER_HELP: &str = "\
Examples:
  rp config check
  rp config check examples/rp.toml --json";

/// Does what is asked.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    match &options.action {
        Action::Check(options) => check::run(options, global),
    }
}
