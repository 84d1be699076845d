//! `rp call FILE COMMAND [JSON]`

use std::io::Read;
use std::path::PathBuf;
use std::time::Duration;

use rp_host::{Instance, Message};
use serde::de::IgnoredAny;

use crate::Common;
use crate::config::ConfigFile;
use crate::describe;
use crate::fault::{EXIT_DATA, Fault, response_text};
use crate::instances::{self, Loadable};
use crate::json::indent;
use crate::output::Output;
use crate::setup::{Answered, HostOptions, Setup, init_config};
use crate::terminal::shown;
use crate::transcript::{headline, label};
use crate::wasm;

/// Load a module, send it one message, print the response
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The module's library file; with --config an instance of it
    file: PathBuf,
    /// The command; without one the module's commands are listed; with --type the payload instead
    command: Option<String>,
    /// The command's arguments; `-` reads them from standard input
    #[arg(value_name = "JSON")]
    args: Option<String>,
    /// Send this message type instead of a command; the argument after FILE is its payload, `{}` without one
    #[arg(long = "type", value_name = "TYPE")]
    message_type: Option<String>,
    /// Load all that an rp.toml says, and send to the instance named FILE
    #[arg(long, value_name = "RP.TOML", conflicts_with_all = ["grants", "init", "wasm_limits"])]
    config: Option<PathBuf>,
    /// The configuration that `init` hands to the module
    #[arg(long, value_name = "JSON")]
    init: Option<String>,
    #[command(flatten)]
    host: HostOptions,
    /// Help of the command is asked for.
    #[arg(skip)]
    is_help: bool,
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

`rp call FILE` lists the commands of a module, `rp call FILE COMMAND --help`
tells what one takes and answers; both ask the module, with `describe`.

The module gets `init` first and `shutdown` at the end. --json prints the
response as it came; on a terminal with escapes for what would steer that. An
error response is exit code 1. Ctrl-C asks the module to stop; a second one ends
it at once.";

/// The command line, read once more where it asks for the help of a module's command rather than for that of `rp call`:
/// FILE and COMMAND are there, and --help.
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

/// Calls.
pub fn run(options: &Options, common: &Common) -> Result<u8, Fault> {
    let message = if options.is_help { None } else { message(options)? };
    let config = options.config.as_ref().map(|path| ConfigFile::read(path)).transpose()?;
    let loadable = loadable(options, config.as_ref())?;
    // The warnings about what was not granted are for who uses the module.
    let host = if message.is_some() { options.host.clone() } else { options.host.quiet(common) };
    let inputs = loadable.iter().map(|one| one.path.clone()).collect();
    let setup = host.setup(common, inputs, config.as_ref())?;
    let (instance, deadline) = load(&setup, &loadable, options, config.as_ref())?;

    let outcome = match &message {
        Some(message) => send(&setup, &instance, message, deadline, options, common),
        None => describe(&setup, &instance, options, common),
    };
    let unload_faults = setup.unload_all();
    setup.check_trace()?;
    let is_success = outcome?;
    if let Some(error) = unload_faults.into_iter().next() {
        return Err(error.into());
    }
    Ok(if is_success { 0 } else { EXIT_DATA })
}

/// Sends the message and prints the response; answers whether that is a success.
fn send(
    setup: &Setup,
    instance: &Instance,
    (message_type, payload): &(String, String),
    deadline: Option<Duration>,
    options: &Options,
    common: &Common,
) -> Result<bool, Fault> {
    let mut reply = setup.reply();
    let asked = Message::new(message_type, payload);
    let Answered { is_success, elapsed_ns } = setup.ask(instance, asked, deadline, &mut reply)?;
    let text = response_text(&reply)?;
    let mut output = Output::new();
    if common.json {
        output.json_of_module(text)?;
    } else {
        output.line(&headline(&label(message_type, payload), instance.name(), elapsed_ns, is_success))?;
        output.line(&indent(text))?;
        if let (false, Some(command), None) = (is_success, &options.command, &options.message_type) {
            describe::hint(setup, instance, text, command, &called(options));
        }
    }
    Ok(is_success)
}

/// Prints the help of the command, or the list of all.
fn describe(setup: &Setup, instance: &Instance, options: &Options, common: &Common) -> Result<bool, Fault> {
    let response = describe::ask(setup, instance)?;
    let call = called(options);
    let mut output = Output::new();
    match &options.command {
        Some(command) => describe::help(&response, command, &call, common.json, &mut output)?,
        None if common.json => output.json_of_module(&response)?,
        None => describe::list(&response, instance.name(), &call, &mut output)?,
    }
    Ok(true)
}

/// How the user calls the module, up to the command.
fn called(options: &Options) -> String {
    let file = options.file.display();
    shown(&match &options.config {
        Some(config) => format!("rp call --config {} {file}", config.display()),
        None => format!("rp call {file}"),
    })
}

/// What is to be loaded: the one file, or all that the configuration says.
fn loadable(options: &Options, config: Option<&ConfigFile>) -> Result<Vec<Loadable>, Fault> {
    let Some(config) = config else {
        wasm::refuse_native(&options.file, &options.host.wasm_limits)?;
        let mut load = options.host.load_options();
        if let Some(init) = &options.init {
            load = load.config(init_config(init)?);
        }
        return Ok(vec![Loadable::found("", options.file.clone(), load)]);
    };
    let loadable = instances::of_config(config, &[], &options.host.engine)?;
    let is_there = |one: &Loadable| options.file.as_os_str() == one.name.as_str();
    if loadable.iter().any(is_there) {
        return Ok(loadable);
    }
    let names: Vec<&str> = loadable.iter().map(|one| one.name.as_str()).collect();
    let (path, name) = (config.path.display(), options.file.display());
    Err(Fault::environment("rp::call::unknown_instance", format!("{path} has no instance {name}"))
        .help(format!("it has {}", names.join(", "))))
}

/// Loads it all; answers the instance that is asked, and how long its answer is wanted.
fn load(
    setup: &Setup,
    loadable: &[Loadable],
    options: &Options,
    config: Option<&ConfigFile>,
) -> Result<(Instance, Option<Duration>), Fault> {
    let mut asked = None;
    for one in loadable {
        let (instance, _) = instances::load(setup, one, config)?;
        if config.is_none() || options.file.as_os_str() == instance.name() {
            asked = Some((instance, one.deadline));
        }
    }
    asked.ok_or_else(|| Fault::environment("rp::call::unknown_instance", "nothing was loaded"))
}

/// The type and the payload that the command line asks for; without a command nothing.
fn message(options: &Options) -> Result<Option<(String, String)>, Fault> {
    match (&options.message_type, &options.command, &options.args) {
        (Some(_), Some(_), Some(_)) => {
            Err(Fault::environment("rp::usage", "--type takes one argument, the payload")
                .help("rp call FILE --type TYPE [PAYLOAD]"))
        }
        (Some(message_type), payload, _) => {
            let payload = json_argument("the payload", payload.as_deref())?;
            rp_protocol::is_object(&payload).map_err(|fault| {
                Fault::environment("rp::usage", fault.to_string()).help("give one JSON object")
            })?;
            Ok(Some((message_type.clone(), payload)))
        }
        (None, Some(command), args) => {
            let args = json_argument("the arguments", args.as_deref())?;
            let name = serde_json::Value::from(command.as_str());
            Ok(Some(("command".to_owned(), format!(r#"{{"name":{name},"args":{args}}}"#))))
        }
        (None, None, _) => Ok(None),
    }
}

/// Valid JSON, byte for byte as it was given.
fn json_argument(what: &str, given: Option<&str>) -> Result<String, Fault> {
    let text = match given {
        None => "{}".to_owned(),
        Some("-") => read_stdin()?,
        Some(text) => text.to_owned(),
    };
    match serde_json::from_str::<IgnoredAny>(&text) {
        Ok(_) => Ok(text.trim().to_owned()),
        Err(error) => Err(Fault::environment("rp::usage", format!("{what}: not valid JSON: {error}"))
            .help("quote it for the shell, as in '{\"text\":\"hello\"}', or give - and pipe it in")),
    }
}

fn read_stdin() -> Result<String, Fault> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|error| {
        Fault::environment("rp::input", format!("standard input cannot be read: {error}"))
            .help_with(&error, "give the JSON on standard input")
    })?;
    Ok(text)
}
