//! `rp store export FILE`

use std::io::IsTerminal;
use std::ops::ControlFlow;

use super::arguments::{SelectionArguments, StoreArguments};
use super::lines::{JsonLines, exit};
use crate::fault::Fault;
use crate::running::progress;

/// Write entities to standard output as JSON lines
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
    #[command(flatten)]
    selection: SelectionArguments,
}

const AFTER_HELP: &str = r#"The first line says how many entities follow, and names the indexes. The others
are entities, ordered by name and id:
  {"entity":"note","id":"1","version":2,"created_us":…,"modified_us":…,
   "data":{…}}
Line breaks in the data become spaces; all else is as it was written, byte for
byte. Two exports of equal stores are equal.

Examples:
  rp store export research.sqlite > research.jsonl
  rp store export research.sqlite --entity note | gzip > notes.gz"#;

/// Writes.
pub fn run(options: &Options) -> Result<u8, Fault> {
    let file = options.store.open()?;
    let bar = progress::counter("entities", std::io::stdout().is_terminal());
    let written = file.export(&options.selection.selection(), &mut JsonLines::new(), &mut |work| {
        progress::show(&bar, work.done, work.total);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    exit(written)
}
