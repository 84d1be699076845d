//! `rp trace show FILE ID`

use std::path::PathBuf;

use serde_json::value::RawValue;

use super::list::one;
use super::written::note;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::json::indent;
use crate::output::Output;
use crate::terminal::{STRONG, escaped, escaped_json, styled};
use crate::trace::filter::Filter;

/// Show one message whole, with its response
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The trace; `-` reads standard input
    file: PathBuf,
    /// The message's id, as `rp trace list` shows it first
    id: u64,
}

const AFTER_HELP: &str = "\
Examples:
  rp trace show messages.jsonl 1
  rp trace show messages.jsonl 1 --json

--json writes the record as it stands in the file.";

/// Shows.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let (mut output, mut is_found) = (Output::new(), false);
    let seen = Filter::default().each(&options.file, |record, line| {
        if record.id != options.id {
            return Ok(());
        }
        is_found = true;
        if global.json {
            return output.json_of_module(&String::from_utf8_lossy(line));
        }
        output.line(&one(record))?;
        output.line(&format!("{} {}", styled(STRONG, "payload"), pretty(&record.payload())))?;
        output.line(&format!("{} {}", styled(STRONG, "response"), pretty(&record.response())))
    })?;
    note(&seen);
    if is_found { Ok(0) } else { Err(none(options)) }
}

/// JSON over several lines; what is none, as it is.
fn pretty(text: &str) -> String {
    match serde_json::from_str::<&RawValue>(text) {
        Ok(_) => indent(&escaped_json(text)),
        Err(_) if text.is_empty() => "none".to_owned(),
        Err(_) => escaped(text),
    }
}

fn none(options: &Options) -> Fault {
    let text = format!("{} has no message {}", options.file.display(), options.id);
    Fault::data("rp::trace::no_message", text).help("`rp trace list` shows the ids")
}
