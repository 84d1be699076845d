//! `rp store import FILE [LINES]`

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use rp_host::StoreFault;
use rp_host::store::{Existing, Imported, StoreFile};

use super::arguments::{StoreArguments, blame};
use crate::arguments::global::Global;
use crate::fault::Fault;
use crate::json::skip_mark;
use crate::output::Output;
use crate::running::progress;

/// Add the entities of an export, or of lines written by hand
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(flatten)]
    store: StoreArguments,
    /// The file of JSON lines; `-` reads standard input
    #[arg(default_value = "-")]
    lines: PathBuf,
    /// Make a new store
    #[arg(long)]
    create: bool,
    /// Import into a store that has entities: `keep` leaves those that are there, `replace` overwrites them
    #[arg(long, value_name = "WHICH")]
    merge: Option<Merge>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Merge {
    /// The entity that is there stays
    Keep,
    /// The entity of the line takes its place
    Replace,
}

const AFTER_HELP: &str = r#"Examples:
  rp store import --create other.sqlite notes.jsonl
  rp store import research.sqlite notes.jsonl --merge keep
  rp store export research.sqlite | rp store import --create moved.sqlite

Lines are those of `rp store export`. By hand, this is enough of one:
  {"entity":"note","id":"1","data":{"text":"Kew"}}
The version is 1 then, and the times are now. Every line is checked; an error
names the line, and nothing is imported. It is one transaction: hosts that write
wait for its end, or answer their modules `unavailable`.

References may lead to later lines. Those that lead nowhere at the end are
counted in the output, since a store may have them: of entities that were
deleted by force."#;

/// Imports.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    // Before a store is made of it.
    let mut lines = open(&options.lines)?;
    let file = match options.create {
        true => StoreFile::create_with(&options.store.file, &options.store.options()).map_err(blame)?,
        false => {
            options.store.open().map_err(|fault| fault.help_first("--create makes a new one; otherwise "))?
        }
    };
    let existing = match options.merge {
        None => Existing::Refuse,
        Some(Merge::Keep) => Existing::Keep,
        Some(Merge::Replace) => Existing::Replace,
    };
    let bar = progress::counter("entities", false);
    let imported = file.import(&mut *lines, existing, &mut |work| {
        progress::show(&bar, work.done, work.total);
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    report(&imported.map_err(refused)?, global)
}

fn open(path: &Path) -> Result<Box<dyn BufRead>, Fault> {
    let opened = || -> io::Result<Box<dyn BufRead>> {
        let mut lines: Box<dyn BufRead> = match path.as_os_str() == "-" {
            true => Box::new(io::stdin().lock()),
            false => Box::new(BufReader::new(File::open(path)?)),
        };
        skip_mark(&mut lines)?;
        Ok(lines)
    };
    opened().map_err(|error| {
        Fault::environment("rp::input", format!("{} cannot be read: {error}", path.display()))
            .help_with(&error, "give a file of JSON lines, or - for standard input")
    })
}

fn refused(error: rp_host::Error) -> Fault {
    let is_full = matches!(error.store_fault(), Some(StoreFault::NotEmpty { .. }));
    let fault = blame(error);
    if is_full {
        fault.help("--merge keep leaves what is there, --merge replace overwrites it")
    } else {
        fault
    }
}

fn report(done: &Imported, global: &Global) -> Result<u8, Fault> {
    let mut output = Output::new();
    if global.json {
        output.json(done)?;
        return Ok(0);
    }
    let parts = [
        (done.created, "new"),
        (done.replaced, "replaced"),
        (done.kept, "kept as they were"),
        (done.indexes, "new indexes"),
        (done.dangling, "references that lead nowhere"),
    ];
    let said = parts.iter().enumerate().filter(|(at, (count, _))| *at == 0 || *count > 0);
    let said: Vec<String> = said.map(|(_, (count, what))| format!("{count} {what}")).collect();
    output.line(&format!("entities: {}", said.join(", ")))?;
    Ok(0)
}
