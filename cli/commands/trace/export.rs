//! `rp trace export FILE --format FORMAT`

mod chrome;
mod csv;
mod otlp;

use clap::ValueEnum;

use super::written::{Block, note};
use crate::fault::Fault;
use crate::output::Output;
use crate::trace::filter::Filtered;

/// Convert a trace for other programs
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    filtered: Filtered,
    /// For which program
    #[arg(long, value_enum)]
    format: Format,
}

#[derive(Clone, Copy, ValueEnum)]
enum Format {
    /// Events for ui.perfetto.dev and speedscope.app, with arrows from cause to message
    Perfetto,
    /// The same, as chrome://tracing reads it too
    Chrome,
    /// Spans of OpenTelemetry, OTLP/JSON, for a collector's /v1/traces
    Otlp,
    /// A table with a row for each message
    Csv,
}

const AFTER_HELP: &str = "\
Examples:
  rp trace export messages.jsonl --format perfetto > messages.perfetto.json
  rp trace export messages.jsonl --format csv > messages.csv";

/// Converts.
pub fn run(options: &Options) -> Result<u8, Fault> {
    let mut output = Output::new();
    let mut block = Block::new(&mut output);
    let seen = match options.format {
        Format::Perfetto | Format::Chrome => chrome::write(&options.filtered, &mut block),
        Format::Otlp => otlp::write(&options.filtered, &mut block),
        Format::Csv => csv::write(&options.filtered, &mut block),
    }?;
    block.flush()?;
    note(&seen);
    Ok(0)
}
