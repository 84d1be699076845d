//! `rp client LANGUAGE FILE`

use std::path::{Path, PathBuf};

use rp_client::{Caller, Client, Language};
use rp_host::LoadOptions;

use crate::arguments::global::Global;
use crate::arguments::json::init_config;
use crate::describe::document;
use crate::fault::Fault;
use crate::files;
use crate::json::without_mark;
use crate::output::Output;
use crate::running::loadable::Loadable;
use crate::running::log_filter::LogFilter;
use crate::running::plan::HostPlan;
use crate::running::trace::limit::TraceLimits;
use crate::terminal::{escaped, write_stderr};

/// Write a typed client of a module, in another language or for another module
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The language of the client
    #[arg(value_parser = parse_language)]
    language: Language,
    /// What `rp describe` printed, or the module's library file
    file: PathBuf,
    /// Write to FILE instead of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write nothing; fail if FILE is not the client of this module
    #[arg(long, requires = "output")]
    check: bool,
    /// Make names of NAME instead of the module's name: the class, the namespace or the prefix
    #[arg(long)]
    name: Option<String>,
    /// Rust only: who calls, a program with a host or another module
    #[arg(long = "for", value_name = "CALLER", value_parser = parse_caller, default_value = "host")]
    caller: Caller,
    /// The configuration that the module gets with `init`
    #[arg(long, value_name = "JSON", default_value = "{}", hide_default_value = true)]
    init: String,
}

const AFTER_HELP: &str = "\
Languages:
  rust    over an instance of rp-host; with --for module, over the host of rp-sdk
  c       for modules, with rp_sdk.h
  cpp     for modules, with rp_sdk.hpp
  python  over `rp serve`; Python 3.9 or newer, no packages
  ts      over `rp serve`; Node 18 or newer and whatever else runs TypeScript

Examples:
  rp describe libresearch_log.so -o log.json
  rp client python log.json -o research_log.py
  rp client rust log.json --for module -o src/research_log.rs
  rp client ts log.json -o src/log.ts --check
  rp client c libresearch_log.so --name log > log_client.h

The same description and the same rp give the same text. A module is loaded and
asked with `describe`. A build script calls the library instead: rp-client.";

/// The largest description.
const LARGEST: u64 = 64 << 20;

fn parse_language(text: &str) -> Result<Language, String> {
    let language = Language::ALL.into_iter().find(|language| language.as_str() == text);
    language
        .ok_or_else(|| format!("`{text}` is not one of {}", Language::ALL.map(Language::as_str).join(", ")))
}

fn parse_caller(text: &str) -> Result<Caller, String> {
    match text {
        "host" => Ok(Caller::Host),
        "module" => Ok(Caller::Module),
        _ => Err(format!("`{text}` is not one of host, module")),
    }
}

/// Writes or checks.
pub fn run(options: &Options, _: &Global) -> Result<u8, Fault> {
    if options.caller != Caller::Host && options.language != Language::Rust {
        return Err(Fault::environment("rp::usage", "--for is for Rust only")
            .help("clients in C and C++ are for modules, those in Python and TypeScript for programs"));
    }
    let client = client(options)?;
    for note in &client.notes {
        write_stderr(&format!("note: {}", escaped(&note.to_string())));
    }
    match &options.output {
        Some(path) if options.check => check(path, &client.text, options)?,
        Some(path) => files::write(path, &client.text)?,
        None => Output::new().line(client.text.trim_end())?,
    }
    Ok(0)
}

fn client(options: &Options) -> Result<Client, Fault> {
    let description = description(options)?;
    let mut chosen = rp_client::Options::default();
    chosen.name.clone_from(&options.name);
    chosen.caller = options.caller;
    rp_client::write(options.language, &description, &chosen).map_err(|error| match error {
        rp_client::Error::Name(_) => Fault::environment("rp::usage", format!("--name: {error}")),
        rp_client::Error::Schema { .. } => Fault::data("rp::client::schema", error.to_string())
            .help("the schema of the module is broken there; `rp call FILE COMMAND --help` shows what can be read of it"),
        _ => Fault::data("rp::client::description", format!("{}: {error}", options.file.display()))
            .help("give a module, or a file that `rp describe` wrote"),
    })
}

/// The description in a file, or that of the module that the file is.
fn description(options: &Options) -> Result<String, Fault> {
    if is_json(&options.file) {
        return files::read_text(&options.file, LARGEST).map_err(|error| {
            Fault::data("rp::client::description", format!("{}: {error}", options.file.display()))
                .help("give a module, or a file that `rp describe` wrote")
        });
    }
    let plan = HostPlan {
        config: None,
        store: None,
        inputs: vec![options.file.clone()],
        trace: None,
        trace_limits: TraceLimits::of(&[]),
        trace_parent: None,
        record: None,
        has_metrics: false,
        log: LogFilter::errors(),
        is_verbose: false,
    };
    let load = LoadOptions::new().config(init_config(&options.init)?);
    document(plan, &Loadable::found("", options.file.clone(), load))
}

/// Whether a file begins as an object of JSON does, which no library does. One that cannot be read is none.
fn is_json(path: &Path) -> bool {
    use std::io::Read;
    let mut start = Vec::new();
    let file = std::fs::File::open(path).map(|file| file.take(64).read_to_end(&mut start));
    let start = String::from_utf8_lossy(&start);
    matches!(file, Ok(Ok(_))) && without_mark(&start).trim_start().starts_with('{')
}

/// Compares with the file that is there.
fn check(path: &Path, text: &str, options: &Options) -> Result<(), Fault> {
    let found = std::fs::read_to_string(path).map_err(|error| {
        Fault::environment("rp::client::unreadable", format!("{} cannot be read: {error}", path.display()))
            .help_with(&error, "leave out --check to write it")
    })?;
    let found = found.replace("\r\n", "\n");
    if found == text {
        return Ok(());
    }
    let line = found.lines().zip(text.lines()).take_while(|(found, wanted)| found == wanted).count() + 1;
    let text = format!("{} is not the client of this module, from line {line} on", path.display());
    let (language, file) = (options.language.as_str(), options.file.display());
    Err(Fault::data("rp::client::differs", text)
        .help(format!("`rp client {language} {file} -o {}` writes it anew", path.display())))
}
