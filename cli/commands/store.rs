//! `rp store …`

mod arguments;
mod backup;
mod change;
mod check;
mod compact;
mod export;
mod get;
mod import;
mod lines;
mod list;
mod stats;

use clap::Subcommand;

use crate::arguments::global::Global;
use crate::fault::Fault;

/// Look at a store, fill it, copy it, check it
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    List(list::Options),
    Get(get::Options),
    Put(change::PutOptions),
    Delete(change::DeleteOptions),
    Export(export::Options),
    Import(import::Options),
    Backup(backup::Options),
    Check(check::Options),
    Stats(stats::Options),
    Compact(compact::Options),
}

const AFTER_HELP: &str = r#"Examples:
  rp store stats research.sqlite
  rp store list research.sqlite --entity note --filter '{"year":{"gte":1850}}'
  rp store get research.sqlite note/1
  rp store put research.sqlite note/1 '{"text":"Kew","year":1851}'
  rp store export research.sqlite > research.jsonl
  rp store import --create new.sqlite research.jsonl
  rp store backup research.sqlite copy.sqlite

FILE is the file that `store.path` of rp.toml names. Hosts may run meanwhile:
what reads sees the store as it is at one moment and holds up nobody; what
writes waits for other writers, at most --wait-ms. Only `compact` needs the
store for itself. No event is published for what these commands change."#;

/// Does what was asked for.
pub fn run(options: &Options, global: &Global) -> Result<u8, Fault> {
    match &options.command {
        Command::List(options) => list::run(options, global),
        Command::Get(options) => get::run(options, global),
        Command::Put(options) => change::put(options, global),
        Command::Delete(options) => change::delete(options, global),
        Command::Export(options) => export::run(options),
        Command::Import(options) => import::run(options, global),
        Command::Backup(options) => backup::run(options, global),
        Command::Check(options) => check::run(options, global),
        Command::Stats(options) => stats::run(options, global),
        Command::Compact(options) => compact::run(options, global),
    }
}
