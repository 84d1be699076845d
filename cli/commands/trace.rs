//! `rp trace …`

mod diff;
mod export;
mod list;
mod show;
mod summary;
mod tree;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::write_stderr;
use crate::trace::filter::Filter;

/// Look at a trace: what was sent, how long it took, what failed, who caused it
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP, args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    /// The trace; `-` reads standard input
    #[arg(required = true)]
    file: Option<PathBuf>,
    #[command(flatten)]
    filter: Filter,
}

#[derive(Subcommand)]
enum Command {
    List(list::Options),
    Tree(tree::Options),
    Show(show::Options),
    Diff(diff::Options),
    Export(export::Options),
}

const AFTER_HELP: &str = "\
Examples:
  rp trace messages.jsonl
  rp trace messages.jsonl --module test-minimal --json
  rp trace list messages.jsonl --slower 5ms
  rp trace tree messages.jsonl
  rp trace export messages.jsonl --format chrome > messages.chrome.json

FILE is what --trace FILE wrote, compressed or not. Without a subcommand its
messages are counted by instance, type and name; those that took the longest
in all come first. A file by the name of a subcommand is given as ./list.";

/// Does what was asked for.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    match &options.command {
        Some(Command::List(options)) => list::run(options, global),
        Some(Command::Tree(options)) => tree::run(options, global),
        Some(Command::Show(options)) => show::run(options, global),
        Some(Command::Diff(options)) => diff::run(options, global),
        Some(Command::Export(options)) => export::run(options),
        // clap asks for the file where there is no subcommand.
        None => summary::run(options.file.as_deref().unwrap_or(Path::new("-")), &options.filter, global),
    }
}

/// Says that the end of a file was left out, if it was.
fn note_cut(bytes: usize) {
    if bytes > 0 {
        write_stderr(&format!("note: the file ends within a line; {bytes} bytes are left out"));
    }
}

/// Lines for standard output, written many at a time: a trace may have a million.
struct Block<'a> {
    output: &'a mut Output,
    write: fn(&mut Output, &str) -> Result<(), Fault>,
    text: String,
}

const BLOCK_BYTES: usize = 1 << 16;

impl<'a> Block<'a> {
    /// What we made ourselves.
    fn new(output: &'a mut Output) -> Self {
        Self { output, write: Output::line, text: String::new() }
    }

    /// Lines as a file has them.
    fn of_file(output: &'a mut Output) -> Self {
        Self { output, write: Output::json_of_module, text: String::new() }
    }

    fn line(&mut self, line: &str) -> Result<(), Fault> {
        self.text.push_str(line);
        self.text.push('\n');
        if self.text.len() < BLOCK_BYTES { Ok(()) } else { self.flush() }
    }

    fn flush(&mut self) -> Result<(), Fault> {
        let text = std::mem::take(&mut self.text);
        // The newline behind the last line is added by what writes it.
        text.strip_suffix('\n').map_or(Ok(()), |lines| (self.write)(self.output, lines))
    }
}
