//! `rp call FILE COMMAND [JSON]`

use std::io::Read;
use std::path::PathBuf;
use std::time::Instant;

use indicatif::ProgressBar;
use rp_host::{Message, Reply};
use serde::de::IgnoredAny;

use crate::Common;
use crate::fault::{EXIT_DATA, Fault, response_text};
use crate::json::indent;
use crate::output::{Output, printable};
use crate::setup::HostOptions;
use crate::transcript::{headline, label};

/// Load one module, send it one message, print the response
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The module's library file
    file: PathBuf,
    /// The command; with --type the payload instead
    command: Option<String>,
    /// The command's arguments; `-` reads them from standard input
    #[arg(value_name = "JSON")]
    args: Option<String>,
    /// Send this message type instead of a command; the argument after FILE is its payload, `{}` without one
    #[arg(long = "type", value_name = "TYPE")]
    message_type: Option<String>,
    /// The configuration that `init` hands to the module
    #[arg(long, value_name = "JSON")]
    config: Option<String>,
    #[command(flatten)]
    host: HostOptions,
}

const AFTER_HELP: &str = "\
Examples:
  rp call libtest_minimal.so ping
  rp call libtest_minimal.so echo '{\"text\":\"hello\"}'
  rp call libtest_minimal.so echo - < args.json
  rp call libtest_minimal.so --type describe --json
  rp call libtest_minimal.so --type query '{\"entity\":\"note\"}' --trace messages.jsonl

The module gets `init` first and `shutdown` at the end. --json prints the response as it came.
An error response is exit code 1.";

/// Calls.
pub fn run(options: &Options, common: &Common) -> Result<u8, Fault> {
    let (message_type, payload) = message(options)?;
    let setup = options.host.host(common, &options.file, &ProgressBar::hidden())?;
    let mut load = options.host.load_options();
    if let Some(config) = &options.config {
        load = load.config(object("--config", config)?);
    }
    let instance = setup.host.load_with(&options.file, load)?;

    let mut reply = Reply::new();
    let start = Instant::now();
    let answered = instance
        .call(&Message::new(&message_type, &payload), &mut reply)
        .map(|response| response.is_success());
    let elapsed_ns = u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX);
    let unload_faults = setup.host.unload_all();
    setup.check_trace()?;

    let is_success = answered?;
    let text = response_text(&reply)?;
    let mut output = Output::new();
    if common.json {
        output.line(text)?;
    } else {
        output.line(&headline(&label(&message_type, &payload), instance.name(), elapsed_ns, is_success))?;
        output.line(&printable(&indent(text)))?;
    }
    if let Some(error) = unload_faults.into_iter().next() {
        return Err(error.into());
    }
    Ok(if is_success { 0 } else { EXIT_DATA })
}

/// The type and the payload that the command line asks for.
fn message(options: &Options) -> Result<(String, String), Fault> {
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
            Ok((message_type.clone(), payload))
        }
        (None, Some(command), args) => {
            let args = json_argument("the arguments", args.as_deref())?;
            let name = serde_json::Value::from(command.as_str());
            Ok(("command".to_owned(), format!(r#"{{"name":{name},"args":{args}}}"#)))
        }
        (None, None, _) => Err(Fault::environment("rp::usage", "neither a command nor --type is given")
            .help("rp call FILE COMMAND [JSON]; `rp call FILE --type describe` shows the commands")),
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
            .help("it must be UTF-8 text")
    })?;
    Ok(text)
}

fn object(what: &str, text: &str) -> Result<serde_json::Value, Fault> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => Err(Fault::environment("rp::usage", format!("{what}: not a JSON object"))
            .help("give {} or {\"key\":…}")),
        Err(error) => Err(Fault::environment("rp::usage", format!("{what}: not valid JSON: {error}"))
            .help("quote it for the shell, as in '{\"key\":1}'")),
    }
}
