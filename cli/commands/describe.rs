//! `rp describe FILE`

use std::path::PathBuf;

use rp_host::Restart;

use crate::arguments::global::Global;
use crate::arguments::host::HostOptions;
use crate::arguments::json::init_config;
use crate::describe::document;
use crate::fault::Fault;
use crate::files;
use crate::output::Output;
use crate::running::loadable::Loadable;
use crate::running::log_filter::LogFilter;
use crate::wasm::limit::refuse_native;

/// Print what a module offers as JSON: its commands, events and entities, with their schemas
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The module's library file
    file: PathBuf,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// The configuration that the module gets with `init`
    #[arg(long, value_name = "JSON", default_value = "{}", hide_default_value = true)]
    init: String,
    #[command(flatten)]
    host: HostOptions,
}

const AFTER_HELP: &str = "\
Examples:
  rp describe libresearch_log.so
  rp describe libresearch_log.so -o log.json
  rp describe libresearch_log.so | jq '.commands[].name'

The module is loaded and asked with `describe`; `rp inspect` shows what the file
says without running any of its code. `rp client` writes a typed client from the
output, so that only those who build the client need the module. The output is
JSON with or without --json; spec/schemas/module-description.json describes it.";

/// Describes.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    refuse_native(&options.file, &options.host.wasm_limits)?;
    let mut plan = options.host.plan(global, None, LogFilter::errors());
    plan.inputs = vec![options.file.clone()];
    let load = options.host.load_options().restart(Restart::NEVER).config(init_config(&options.init)?);
    let text = document(plan, &Loadable::found("", options.file.clone(), load))?;
    match &options.output {
        Some(path) => files::write(path, &format!("{text}\n"))?,
        None => Output::new().json_of_module(&text)?,
    }
    Ok(0)
}
