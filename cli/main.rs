//! The `rp` command: lists, inspects, calls and runs modules.

// Lines go out through the border of `terminal` and `output`.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod call;
mod cast;
mod check;
mod completions;
mod config;
mod describe;
mod doctor;
mod embedded;
mod engine;
mod fault;
mod files;
#[cfg(unix)]
mod guard;
#[cfg(not(unix))]
#[path = "guard/none.rs"]
mod guard;
mod header;
mod inspect;
mod instances;
mod interrupt;
mod json;
mod language;
mod list;
mod log;
mod man;
mod modules;
mod nearest;
mod new;
mod output;
mod player;
mod progress;
mod run;
mod session;
mod setup;
mod store;
mod subset;
mod template;
mod terminal;
mod trace;
mod transcript;
mod usage;
mod wasm;

use std::process::ExitCode;

use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};

/// Loads modules through one C header and talks with them in JSON.
#[derive(Parser)]
#[command(
    name = "rp",
    version,
    arg_required_else_help = true,
    after_help = AFTER_HELP,
    max_term_width = output::WIDTH
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    common: Common,
}

/// What every subcommand takes.
#[derive(clap::Args)]
struct Common {
    /// Write JSON for programs; errors become one JSON line on standard error
    #[arg(long, global = true)]
    json: bool,
    /// Say more; with call and run: -v shows the modules' debug log, their progress and what they send, -vv their trace
    /// log
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    verbose: u8,
}

#[derive(Subcommand)]
enum Command {
    List(list::Options),
    Inspect(inspect::Options),
    Call(call::Options),
    Run(run::Options),
    Check(check::Options),
    New(new::Options),
    Header(header::Options),
    Doctor(doctor::Options),
    Completions(completions::Options),
    Man(man::Options),
}

const AFTER_HELP: &str = "\
Exit codes:
  0    done
  1    the module or the data is at fault
  2    usage or environment, a path that is not there included
  130  interrupted by Ctrl-C

NO_COLOR=1 turns colour off; without a terminal there is none.";

fn main() -> ExitCode {
    files::tell_of_size_limits();
    output::remember_target();
    rp_conformance::serve_if_asked();
    terminal::guard_panics();
    let Arguments { command, common } = arguments();
    let _guard = guard::Guard::arm(common.json);
    let outcome = match command {
        Command::List(options) => list::run(&options, &common),
        Command::Inspect(options) => inspect::run(&options, &common),
        Command::Call(options) => call::run(&options, &common),
        Command::Run(options) => run::run(&options, &common),
        Command::Check(options) => check::run(&options, &common),
        Command::New(options) => new::run(&options, &common),
        Command::Header(options) => header::run(&options, &common),
        Command::Doctor(options) => doctor::run(&options, &common),
        Command::Completions(options) => completions::run(&options, &common),
        Command::Man(options) => man::run(&options, &common),
    };
    let exit = outcome.unwrap_or_else(|fault| {
        let exit = fault.exit();
        fault.report(common.json);
        exit
    });
    ExitCode::from(exit)
}

/// What the command line says; where it asks for help, or is wrong, the process ends here.
fn arguments() -> Arguments {
    match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => help_of_command().unwrap_or_else(|| usage::end_with(&error)),
    }
}

/// The whole command line, for what is made from it.
fn command() -> clap::Command {
    Arguments::command()
}

/// `rp call FILE COMMAND --help`, where clap would show the help of `rp call`.
fn help_of_command() -> Option<Arguments> {
    let matches = call::help_of_command(Arguments::command())?;
    let Arguments { command: Command::Call(options), common } = Arguments::from_arg_matches(&matches).ok()?
    else {
        return None;
    };
    Some(Arguments { command: Command::Call(options.asked_for_help()), common })
}
