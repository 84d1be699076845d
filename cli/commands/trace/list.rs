//! `rp trace list FILE`

use super::following::follow;
use super::written::{Block, note};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{BAD, FAINT, GOOD, KIND, WARN, duration, escaped, styled};
use crate::trace::filter::Filtered;
use crate::trace::follow::Step;
use crate::trace::line::Record;

/// List the messages, in the order in which they were answered
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    filtered: Filtered,
    /// Go on with what is written from now on, until Ctrl-C
    #[arg(short, long)]
    follow: bool,
}

const AFTER_HELP: &str = "\
Examples:
  rp trace list messages.jsonl --type 'command ping'
  rp trace list messages.jsonl --code '*'
  rp trace list messages.jsonl --json > part.jsonl

--json writes the records as they stand in the file.";

/// Lists.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let mut output = Output::new();
    let mut block = if global.json { Block::of_file(&mut output) } else { Block::new(&mut output) };
    let show = |block: &mut Block<'_>, record: &Record<'_>, line: &[u8]| {
        if global.json { block.line(&String::from_utf8_lossy(line)) } else { block.line(&one(record)) }
    };
    if options.follow {
        return follow(&options.filtered, |step| {
            match step {
                Step::Head(_) => {}
                Step::Record(record, line) => show(&mut block, record, line)?,
                Step::Pause => block.flush()?,
            }
            Ok(!block.is_closed())
        });
    }
    let read = options.filtered.each(|record, line| show(&mut block, record, line));
    // Those before a line that cannot be read, too.
    block.flush()?;
    note(&read?);
    Ok(0)
}

/// A record in one line.
pub fn one(record: &Record<'_>) -> String {
    let ids = styled(FAINT, &format!("{:>5} {:>5}", record.id, record.cause));
    let ends = escaped(&format!("{} -> {}", record.from, record.to));
    let kind = styled(KIND, &escaped(&record.label()));
    format!("{ids} {ends} {kind} {} {}", styled(FAINT, &duration(record.elapsed_ns)), outcome(record))
}

/// How it came out, in a style.
pub fn outcome(record: &Record<'_>) -> String {
    let style = match &*record.outcome {
        "success" => GOOD,
        "error" => WARN,
        _ => BAD,
    };
    styled(style, &escaped(&record.code().unwrap_or_else(|| "success".to_owned())))
}
