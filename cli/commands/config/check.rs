//! What an `rp.toml` would load, and what that would not be granted.

use std::path::PathBuf;

use rp_host::Grants;
use rp_host::config::{ConfigError, ConfigFile, InstancePlan};

use super::ready::Ready;
use super::report;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;

/// Say what an rp.toml would load, and what its modules request but are not granted
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The configuration
    #[arg(value_name = "RP.TOML", default_value = "rp.toml")]
    file: PathBuf,
    /// Search modules in DIR, in place of the folders that the file names; may be given more than once
    #[arg(long, value_name = "DIR")]
    modules: Vec<PathBuf>,
}

const AFTER_HELP: &str = "\
Examples:
  rp config check
  rp config check examples/rp.toml
  rp config check examples/rp.toml --json | jq '.instances[].ungranted'

Nothing is loaded: each module's file is read and compared with the version,
SHA-256 and engine that rp.toml wants, the store is not opened, and no code of a
module runs. What a manifest requests and rp.toml does not grant is printed as
grants to paste. That is no error: a module may do without. The exit code is 2
if rp.toml is wrong or names what does not exist, 1 if a module is broken.";

/// Checks; answers the exit code.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let file = ConfigFile::read(&options.file)?;
    let looked_at = file.locate_each(&options.modules).into_iter().map(|plan| look(&file, plan?));
    let (ready, errors): (Vec<_>, Vec<_>) = looked_at.partition(Result::is_ok);
    let ready: Vec<Ready> = ready.into_iter().flatten().collect();
    let faults: Vec<Fault> = errors.into_iter().filter_map(Result::err).map(Fault::from).collect();
    let mut output = Output::new();
    if global.json {
        report::print_json(&file, &ready, &mut output)?;
    } else {
        report::print(&file, &ready, &mut output)?;
    }
    let exit = faults.iter().map(Fault::exit).max().unwrap_or(0);
    faults.into_iter().for_each(|fault| fault.report(global.json));
    Ok(exit)
}

fn look(file: &ConfigFile, plan: InstancePlan) -> Result<Ready, ConfigError> {
    let found = file.inspect(&plan)?;
    let granted = plan.options.granted();
    let ungranted =
        found.manifest.as_ref().map_or_else(Grants::default, |manifest| granted.missing(manifest));
    Ok(Ready { plan, found, ungranted })
}
