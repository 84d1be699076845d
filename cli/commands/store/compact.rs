//! `rp store compact FILE`

use rp_host::StoreFault;
use rp_host::store::compact;

use super::arguments::{StoreArguments, blame};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;

/// Give the free pages of a store back to the system
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
}

const AFTER_HELP: &str = "\
Examples:
  rp store compact research.sqlite
  rp store compact research.sqlite --wait-ms 0

No host may have the store open, since hosts take a file that becomes shorter
for a lost one. The disk needs room for a second copy meanwhile. If the command
is ended, the store is as before.";

/// Compacts.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let done = compact(&options.store.file, &options.store.options()).map_err(|error| {
        let is_locked = matches!(error.store_fault(), Some(StoreFault::Locked));
        let fault = blame(error);
        if is_locked { fault.help("end the hosts that have it open, then try again") } else { fault }
    })?;
    let mut output = Output::new();
    if global.json {
        output.json(&done)?;
    } else {
        output.line(&format!("{} bytes, before {}", done.after_bytes, done.before_bytes))?;
    }
    Ok(0)
}
