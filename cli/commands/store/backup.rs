//! `rp store backup FILE COPY`

use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rp_host::StoreFault;
use serde_json::json;

use super::arguments::{StoreArguments, blame};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::json::JsonPath;
use crate::os::StopBy;
use crate::output::Output;
use crate::running::interrupt::on_stop;
use crate::running::progress;
use crate::terminal::escaped;

/// Copy a store as it is now, while hosts go on writing
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
    /// The new file
    copy: PathBuf,
}

const AFTER_HELP: &str = "\
Examples:
  rp store backup research.sqlite monday.sqlite
  rp store check monday.sqlite

The copy is a store itself, and on the disk when the command ends. Copying the
file by other means loses what stands in its log.";

/// Copies.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let file = options.store.open()?;
    let stop = stop_on_interrupt()?;
    let bar = progress::counter("pages", false);
    let copied = file.backup(&options.copy, &mut |work| {
        progress::show(&bar, work.done, work.total);
        if stop.load(Ordering::SeqCst) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    bar.finish_and_clear();
    let bytes = copied.map_err(|error| {
        let is_stopped = matches!(error.store_fault(), Some(StoreFault::Stopped));
        let fault = blame(error);
        if is_stopped { fault.interrupted() } else { fault }
    })?;
    let mut output = Output::new();
    if global.json {
        output.json(&json!({ "file": JsonPath(&options.copy), "bytes": bytes }))?;
    } else {
        output.line(&format!("{}: {bytes} bytes", escaped(&options.copy.display().to_string())))?;
    }
    Ok(0)
}

/// So that no half of a copy remains.
fn stop_on_interrupt() -> Result<Arc<AtomicBool>, Fault> {
    let stop = Arc::new(AtomicBool::new(false));
    let heard = Arc::clone(&stop);
    on_stop(StopBy::CtrlC, move || heard.store(true, Ordering::SeqCst))?;
    Ok(stop)
}
