//! `rp trace page FILE -o HTML`

use std::path::{Path, PathBuf};

use serde_json::json;

use super::written::notes;
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::files::{OutputFile, Refused, unwritten};
use crate::json::JsonPath;
use crate::output::Output;
use crate::terminal::{escaped, write_stderr};
use crate::trace::filter::Filtered;
use crate::trace::page::document::{Document, Head};
use crate::trace::reader::Seen;

/// Make a page of a trace for a browser: timeline, causes, failures, durations, payloads
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    filtered: Filtered,
    /// Write the page to this file; its old content is lost
    #[arg(short, long, value_name = "HTML")]
    output: PathBuf,
    /// Make the page even if it becomes larger than 64 MB
    #[arg(long)]
    force: bool,
}

const AFTER_HELP: &str = "\
Examples:
  rp trace page messages.jsonl -o trace.html
  rp trace page messages.jsonl -o slow.html --slower 5ms

The page is one file that holds the messages and needs no network: it may be
kept, sent and opened anywhere. Of each payload and response it has the first
2 KiB; a page larger than 64 MB is refused, since browsers are slow with it.";

/// The largest page, unless it is wanted nevertheless.
const MOST_BYTES: usize = 64_000_000;

/// Writes the page.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let Options { filtered, output, force } = options;
    let mut document = Document::new();
    let seen = filtered.each(|record, _| {
        document.add(record);
        if *force || document.bytes() <= MOST_BYTES { Ok(()) } else { Err(too_large(document.count())) }
    })?;
    let notes = notes(&seen);
    notes.iter().for_each(|note| write_stderr(&format!("note: {note}")));
    let (count, head) = (document.count(), head(filtered, &seen, notes, &document));
    let page = document.html(&head);
    write(output, &seen.files, &page).map_err(|refused| unwritten("rp::trace::page", output, refused))?;
    let mut stdout = Output::new();
    if global.json {
        let line = json!({ "page": JsonPath(output), "messages": count, "bytes": page.len() });
        return stdout.json(&line).map(|()| 0);
    }
    let shown = escaped(&output.display().to_string());
    stdout.line(&format!("wrote {shown}: {count} messages, {} kB", page.len().div_ceil(1000))).map(|()| 0)
}

fn head(filtered: &Filtered, seen: &Seen, notes: Vec<String>, document: &Document) -> Head {
    let filter = filtered.filter.words();
    let is_filtered = !filter.is_empty();
    let filtered_by = is_filtered.then(|| format!("Only what rp trace page {} accepts.", filter.join(" ")));
    let origin_us = seen.origin_us.map_or(0, |origin_us| origin_us + document.first_ns() / 1000);
    let title = filtered.file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Head { title, origin_us, notes: filtered_by.into_iter().chain(notes).collect() }
}

fn write(output: &Path, inputs: &[PathBuf], page: &str) -> Result<(), Refused> {
    let mut file = OutputFile::open(output, inputs)?.emptied()?;
    Ok(std::io::Write::write_all(&mut file, page.as_bytes())?)
}

fn too_large(count: usize) -> Fault {
    let text =
        format!("the page would be larger than {} MB: {count} messages fill it", MOST_BYTES / 1_000_000);
    Fault::data("rp::trace::page_too_large", text).help(
        "choose messages, as with --module, --type, --code '*' or --slower 5ms; --force makes it nevertheless",
    )
}
