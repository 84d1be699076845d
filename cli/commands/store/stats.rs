//! `rp store stats FILE`

use rp_host::store::StoreStats;

use super::arguments::{StoreArguments, blame};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{STRONG, styled, table};

/// Count and measure what is in a store
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
}

const AFTER_HELP: &str = "\
Examples:
  rp store stats research.sqlite
  rp store stats research.sqlite --json | jq .entities";

/// Prints.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let stats = options.store.open()?.stats().map_err(blame)?;
    let mut output = Output::new();
    if global.json {
        output.json(&stats)?;
    } else {
        print(&stats, &mut output)?;
    }
    Ok(0)
}

fn print(stats: &StoreStats, output: &mut Output) -> Result<(), Fault> {
    for (name, value) in [
        ("file", bytes(stats.file_bytes)),
        ("free", bytes(stats.free_bytes)),
        ("log", bytes(stats.log_bytes)),
        ("references", format!("{}, {} lead nowhere", stats.references, stats.dangling)),
    ] {
        output.line(&format!("{} {value}", styled(STRONG, &format!("{name:<12}"))))?;
    }
    let entities = stats.entities.iter();
    let rows: Vec<_> =
        entities.map(|one| vec![one.entity.clone(), one.count.to_string(), bytes(one.data_bytes)]).collect();
    output.line("")?;
    output.line(&table(&["ENTITY", "COUNT", "DATA"], &rows))?;
    if stats.indexes.is_empty() {
        return Ok(());
    }
    let indexes = stats.indexes.iter();
    let rows: Vec<_> =
        indexes.map(|one| vec![one.entity.clone(), one.path.clone(), bytes(one.bytes)]).collect();
    output.line("")?;
    output.line(&table(&["INDEX OF", "BY", "SIZE"], &rows))
}

fn bytes(number: u64) -> String {
    match number {
        0..10_000 => format!("{number} B"),
        10_000..10_000_000 => format!("{} kB", number / 1000),
        _ => format!("{} MB", number / 1_000_000),
    }
}
