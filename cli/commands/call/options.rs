//! The command line of `rp call`.

use std::path::PathBuf;

use crate::arguments::host::HostOptions;

/// Load a module, send it one message, print the response
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The module's library file; with --config an instance of it, or `host`
    pub file: PathBuf,
    /// The command; without one, the commands of the module are listed; with --type, the payload
    pub command: Option<String>,
    /// The command's arguments; `-` reads them from standard input
    #[arg(value_name = "JSON")]
    pub args: Option<String>,
    /// Send this message type instead of a command; the argument after FILE is its payload, by default `{}`
    #[arg(long = "type", value_name = "TYPE")]
    pub message_type: Option<String>,
    /// Load everything that an rp.toml names, and send to the instance named FILE
    #[arg(long, value_name = "RP.TOML", conflicts_with_all = ["store", "grants", "init", "wasm_limits", "isolated"])]
    pub config: Option<PathBuf>,
    /// The configuration that the module gets with `init`
    #[arg(long, value_name = "JSON")]
    pub init: Option<String>,
    #[command(flatten)]
    pub host: HostOptions,
    /// Whether the help of the command is asked for.
    #[arg(skip)]
    pub is_help: bool,
}

const AFTER_HELP: &str = "\
Examples:
  rp call libtest_minimal.so
  rp call libtest_minimal.so echo --help
  rp call libtest_minimal.so ping
  rp call libtest_minimal.so echo '{\"text\":\"hello\"}'
  rp call libtest_minimal.so echo - < args.json
  rp call libtest_minimal.so --type describe --json
  rp call libtest_minimal.so ping --trace messages.jsonl
  rp call --config rp.toml archive create_log '{\"title\":\"Cork\"}'
  rp call --config rp.toml host --type query '{\"entity\":\"note\"}'

`rp call FILE` lists the commands of a module, `rp call FILE COMMAND --help`
shows what one takes and answers; both ask the module, with `describe`.
After a call, arguments that the command does not have are named on standard
error, but not with --json or --trace.

With --config, `host` is the host itself, as in a session: you query and change
its store and publish events as its owner, who needs no grants.

The module gets `init` first and `shutdown` at the end. --json prints the
response as it came, except that control characters are escaped on a terminal.
The exit code of an error response is 1. Ctrl-C asks the module to stop; a
second one ends rp at once.";

/// The command line, parsed once more if it asks for the help of a module's command rather than for that of `rp call`: it
/// has FILE, COMMAND and --help.
pub fn help_of_command(command: clap::Command) -> Option<clap::ArgMatches> {
    let help = clap::Arg::new("help").short('h').long("help").action(clap::ArgAction::SetTrue);
    let command = command.mut_subcommand("call", |call| call.disable_help_flag(true).arg(help));
    let matches = command.try_get_matches().ok()?;
    let call = matches.subcommand_matches("call")?;
    (call.get_flag("help") && call.contains_id("command") && !call.contains_id("message_type"))
        .then_some(matches)
}

impl Options {
    /// The same options, asked for the help of the command.
    pub fn asked_for_help(self) -> Self {
        Self { is_help: true, ..self }
    }
}
