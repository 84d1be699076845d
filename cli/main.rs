//! The `rp` command: lists, inspects, calls and runs modules.

// All output goes through `terminal` and `output`, which escape it.
#![deny(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod bindings;
mod commands;
mod completion;
mod describe;
mod embedded;
mod fault;
mod files;
mod guard;
mod json;
mod nearest;
mod os;
mod output;
mod running;
mod session;
mod terminal;
mod toolchain;
mod trace;
mod wasm;

use std::process::ExitCode;

use arguments::global::Global;
use arguments::usage;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use commands::{
    call, check, client, completions, config, describe as describing, doctor, header, inspect, list, man,
    new, replay, run, serve, store, trace as tracing_command,
};

/// Load modules through one C header and exchange JSON with them
#[derive(Parser)]
#[command(
    name = "rp",
    bin_name = "rp",
    version,
    arg_required_else_help = true,
    after_help = AFTER_HELP,
    max_term_width = terminal::WIDTH
)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    global: Global,
}

#[derive(Subcommand)]
enum Command {
    List(list::Options),
    Inspect(inspect::Options),
    Call(call::Options),
    Describe(describing::Options),
    Run(run::Options),
    Serve(serve::Options),
    Store(store::Options),
    Trace(tracing_command::Options),
    Replay(replay::Options),
    Check(check::Options),
    Config(config::Options),
    Client(client::Options),
    New(new::Options),
    Header(header::Options),
    Doctor(doctor::Options),
    Completions(completions::Options),
    Man(man::Options),
}

const AFTER_HELP: &str = "\
Exit codes:
  0    success
  1    the module or the data is at fault
  2    usage or environment, such as a file that does not exist
  130  interrupted by Ctrl-C

NO_COLOR=1 turns colour off; output that goes to no terminal has none.";

fn main() -> ExitCode {
    rp_host::worker::serve_if_asked();
    completion::serve_if_asked(command_line);
    os::prepare();
    output::remember_target();
    rp_conformance::serve_if_asked();
    terminal::report_panics();
    let Arguments { command, global } = arguments();
    let _guard = guard::Guard::arm(global.json);
    let outcome = match command {
        Command::List(options) => list::run(&options, &global),
        Command::Inspect(options) => inspect::run(&options, &global),
        Command::Call(options) => call::run(&options, &global),
        Command::Describe(options) => describing::run(&options, &global),
        Command::Run(options) => run::run(&options, &global),
        Command::Serve(options) => serve::run(&options, &global),
        Command::Store(options) => store::run(&options, &global),
        Command::Trace(options) => tracing_command::run(&options, &global),
        Command::Replay(options) => replay::run(&options, &global),
        Command::Check(options) => check::run(&options, &global),
        Command::Config(options) => config::run(&options, &global),
        Command::Client(options) => client::run(&options, &global),
        Command::New(options) => new::run(&options, &global),
        Command::Header(options) => header::run(&options, &global),
        Command::Doctor(options) => doctor::run(&options, &global),
        Command::Completions(options) => completions::run(&options),
        Command::Man(options) => man::run(&options, &global, command_line()),
    };
    let exit = outcome.unwrap_or_else(|fault| {
        let exit = fault.exit();
        fault.report(global.json);
        exit
    });
    ExitCode::from(exit)
}

/// Parses the command line; if it asks for help or is wrong, the process ends here.
fn arguments() -> Arguments {
    match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => help_of_command().unwrap_or_else(|| usage::end_with(&error, command_line())),
    }
}

/// The definition of the whole command line.
fn command_line() -> clap::Command {
    Arguments::command()
}

/// `rp call FILE COMMAND --help`, where clap would show the help of `rp call`.
fn help_of_command() -> Option<Arguments> {
    let matches = call::help_of_command(command_line())?;
    let Arguments { command: Command::Call(options), global } = Arguments::from_arg_matches(&matches).ok()?
    else {
        return None;
    };
    Some(Arguments { command: Command::Call(options.asked_for_help()), global })
}
