//! `rp trace …`

mod diff;
mod export;
mod following;
mod list;
mod page;
mod show;
mod summary;
mod tree;
mod written;

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::trace::filter::{Filter, Filtered};

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
    /// Go on with what is written from now on, until Ctrl-C: a terminal shows the counts anew each time, --json has a line of
    /// them each time, and anything else gets them once, in the end
    #[arg(short, long)]
    follow: bool,
}

#[derive(Subcommand)]
enum Command {
    List(list::Options),
    Tree(tree::Options),
    Show(show::Options),
    Diff(diff::Options),
    Export(export::Options),
    Page(page::Options),
}

const AFTER_HELP: &str = "\
Examples:
  rp trace messages.jsonl
  rp trace messages.jsonl --module test-minimal --json
  rp trace list messages.jsonl --slower 5ms
  rp trace tree messages.jsonl
  rp trace export messages.jsonl --format chrome > messages.chrome.json
  rp trace page messages.jsonl -o trace.html

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
        Some(Command::Page(options)) => page::run(options, global),
        // clap asks for the file where there is no subcommand.
        None => {
            let file = options.file.as_deref().unwrap_or(Path::new("-")).to_owned();
            summary::run(&Filtered { file, filter: options.filter.clone() }, options.follow, global)
        }
    }
}
