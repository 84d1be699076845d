//! `rp store get FILE ENTITY/ID`

use super::arguments::{EntityName, StoreArguments, blame, parse_name};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::json::indent;
use crate::output::Output;

/// Print one entity, or several
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
    /// The kind of entity and its id
    #[arg(required = true, value_name = "ENTITY/ID", value_parser = parse_name)]
    names: Vec<EntityName>,
}

const AFTER_HELP: &str = "\
Examples:
  rp store get research.sqlite note/1
  rp store get research.sqlite note/1 note/2 --json | jq .data";

/// Prints.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let file = options.store.open()?;
    let mut output = Output::new();
    for name in &options.names {
        let line = file.get(&name.entity, &name.id).map_err(blame)?;
        if global.json {
            output.json_of_module(&line)?;
        } else {
            output.line(&indent(&line))?;
        }
    }
    Ok(0)
}
