//! `rp trace page FILE -o HTML`

mod serve;

use std::net::SocketAddr;
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
use crate::trace::live::address::{self, DEFAULT};
use crate::trace::page::document::Document;
use crate::trace::page::html::Head;
use crate::trace::page::{MOST_BYTES, MOST_MEGABYTES};
use crate::trace::reader::Seen;

/// Make a page of a trace for a browser: timeline, causes, failures, durations, payloads
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    filtered: Filtered,
    /// Write the page to this file; its old content is lost
    #[arg(short, long, value_name = "HTML", required_unless_present = "serve")]
    output: Option<PathBuf>,
    /// Show the trace while it is written, until Ctrl-C: the address for a browser of this machine is printed on standard
    /// error; by default at any port that is free; ADDR is PORT, or IP:PORT with an address of this machine
    #[arg(
        long,
        value_name = "ADDR",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = DEFAULT,
        value_parser = address::parse,
        conflicts_with = "output"
    )]
    serve: Option<SocketAddr>,
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
2 KiB; a page larger than 64 MB is refused, since browsers are slow with it.

With --serve it shows what is there and what comes, up to as many bytes. Its
address has a token in it, which nobody guesses, and no other machine gets
there: give another one access by `ssh -L`.";

/// Writes the page, or serves it.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    let Options { filtered, output, serve, force } = options;
    match (output, serve) {
        (_, Some(address)) => serve::run(filtered, *address, *force),
        (Some(output), None) => make(filtered, output, *force, global),
        (None, None) => unreachable!("clap asks for one of them"),
    }
}

fn make(filtered: &Filtered, output: &Path, force: bool, global: &Global) -> Result<u8, Fault> {
    let mut document = Document::new();
    let seen = filtered.each(|record, _| {
        document.add(record);
        if force || document.bytes() <= MOST_BYTES { Ok(()) } else { Err(too_large(document.count())) }
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
    let origin_us = seen.origin_us.map_or(0, |origin_us| origin_us + document.first_ns() / 1000);
    let mut head = filtered.head();
    head.origin_us = origin_us;
    head.notes.extend(notes);
    head
}

fn write(output: &Path, inputs: &[PathBuf], page: &str) -> Result<(), Refused> {
    let mut file = OutputFile::open(output, inputs)?.emptied()?;
    Ok(std::io::Write::write_all(&mut file, page.as_bytes())?)
}

fn too_large(count: usize) -> Fault {
    let text = format!("the page would be larger than {MOST_MEGABYTES} MB: {count} messages fill it");
    Fault::data("rp::trace::page_too_large", text).help(
        "choose messages, as with --module, --type, --code '*' or --slower 5ms; --force makes it nevertheless",
    )
}
