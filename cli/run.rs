//! `rp run [RP.TOML] SESSION`

use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};

use indicatif::ProgressBar;

use crate::Common;
use crate::config::ConfigFile;
use crate::fault::Fault;
use crate::instances::{self, Loadable};
use crate::modules::Folders;
use crate::player::{Player, Stage};
use crate::session::{self, SessionFault, Step};
use crate::setup::{HostOptions, Setup};
use crate::transcript::Transcript;
use crate::wasm;

/// Play a session of messages and check what is expected of the responses
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP, allow_missing_positional = true)]
pub struct Options {
    /// The configuration: store, modules, instances, grants, limits
    #[arg(value_name = "RP.TOML", conflicts_with_all = ["config", "grants", "wasm_limits"])]
    config_file: Option<PathBuf>,
    /// The session file; `-` reads standard input
    #[arg(required = true)]
    session: PathBuf,
    /// The same as RP.TOML before SESSION
    #[arg(long, value_name = "RP.TOML", conflicts_with_all = ["grants", "wasm_limits"])]
    config: Option<PathBuf>,
    /// A folder with modules; may be repeated; without it, the `folders` of the configuration, or the folder of this
    /// program and its `deps`
    #[arg(long = "modules", value_name = "DIR")]
    modules: Vec<PathBuf>,
    /// Go on after a failure
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    host: HostOptions,
}

const AFTER_HELP: &str = r#"Each line of SESSION is one JSON object; blank lines are allowed:
  module   the instance; without RP.TOML the module, whose file is looked for by
           this name and loaded at its first line
  type     the message's type: command, query, describe, one of your own
  payload  the message's payload, an object; {} without it
  expect   what the response must hold: objects may hold more, arrays have the
           same length
  as       a name for the response; later lines write "${name.data.key.0}" for a
           value of it, and $${ for a plain ${
  note     text for people
Before the next line, every event that the line led to has been handled.

RP.TOML says what is loaded before the first line, and what it may do; paths are
relative to it:
  [store]
  path = "research.sqlite"       # or memory = true; no store without it
  [module.research-log]          # named as in its manifest
  path = "libresearch_log.so"    # without it, looked for by its name
  version = ">=1.2, <2"          # another one is refused; also sha256 = "..."
  wasm.memory_bytes = 67108864   # and call_ms, stack_bytes, ...
  [instance.archive]             # there may be others of the same module
  module = "research-log"        # not needed where the names are equal
  config = { language = "de" }   # what init hands to it
  grants.read = ["person.*"]     # also write, emit, subscribe, call, provide
  limits.deadline_ms = 5000      # for its answers to the session
schemas/rp.toml.json lists every key.

Examples:
  rp run examples/session.jsonl
  rp run examples/rp.toml examples/services.jsonl
  rp run session.jsonl --modules build --json
  echo '{"module":"test-minimal","type":"describe"}' | rp run -
  rp run session.jsonl --keep-going --trace messages.jsonl
  rp run session.jsonl --grant call=test-minimal

Grants of the command line are given to every module of the session. Exit code
1: an expectation failed, or a module or the session file is at fault."#;

/// A session with fewer lines has ended before a bar says anything.
const LONG_SESSION_LINES: usize = 50;

/// Plays a session.
pub fn run(options: &Options, common: &Common) -> Result<u8, Fault> {
    let config = options.config_file.as_ref().or(options.config.as_ref());
    let config = config.map(|path| ConfigFile::read(path)).transpose()?;
    let name = options.session.display().to_string();
    let text = read(&options.session)?;
    let steps = session::parse(&text).map_err(|fault| Fault::session(&name, &text, &fault))?;
    let loadable = match &config {
        Some(file) => known_instances(&steps, file, options, (&name, &text))?,
        None => find_modules(&steps, options, (&name, &text))?,
    };
    let mut inputs = vec![options.session.clone()];
    inputs.extend(loadable.iter().map(|one| one.path.clone()));
    let setup = options.host.setup(common, inputs, config.as_ref())?;
    let player = Player::new(Stage {
        session: (&name, &text),
        config: config.as_ref(),
        loadable: &loadable,
        setup: &setup,
        transcript: Transcript::new(common.json, steps.last().map_or(0, |step| step.line)),
        progress: progress(&setup, steps.len()),
        keep_going: options.keep_going,
        is_json: common.json,
    });
    player.run(&steps)
}

/// The instances of the configuration, which are all that a session may name.
fn known_instances(
    steps: &[Step<'_>],
    config: &ConfigFile,
    options: &Options,
    session: (&str, &str),
) -> Result<Vec<Loadable>, Fault> {
    let loadable = instances::of_config(config, &options.modules, &options.host.engine)?;
    let is_known = |step: &&Step<'_>| loadable.iter().any(|one| one.name == step.module);
    match steps.iter().find(|step| !is_known(step)) {
        None => Ok(loadable),
        Some(step) => {
            let path = config.path.display();
            let text = format!("line {}: {path} has no instance {}", step.line, step.module);
            let help = format!("add [instance.{}] to {path}, or name an instance that is there", step.module);
            let fault = Fault::environment("rp::session::unknown_instance", text).help(help);
            Err(fault.at(session.0, session.1, &whole(step)))
        }
    }
}

/// Finds the file of every module before anything is sent.
fn find_modules(
    steps: &[Step<'_>],
    options: &Options,
    session: (&str, &str),
) -> Result<Vec<Loadable>, Fault> {
    let folders = Folders::new(&options.modules)?;
    let mut found: Vec<Loadable> = Vec::new();
    for step in steps {
        if found.iter().any(|one| one.name == step.module) {
            continue;
        }
        let path = folders.find(&step.module).ok_or_else(|| not_found(step, &folders, session))?;
        wasm::refuse_native(&path, &options.host.wasm_limits)?;
        let load = options.host.load_options().expect_name(&step.module);
        found.push(Loadable::found(&step.module, path, load));
    }
    Ok(found)
}

fn not_found(step: &Step<'_>, folders: &Folders, session: (&str, &str)) -> Fault {
    let file = rp_host::library_file_name(&step.module).display().to_string();
    let text = format!("line {}: the module {} is not found: no {file} in {folders}", step.line, step.module);
    Fault::environment("rp::modules::not_found", text)
        .help("build it, or name its folder with --modules DIR; `rp list DIR` shows what is there")
        .at(session.0, session.1, &whole(step))
}

fn whole(step: &Step<'_>) -> SessionFault {
    SessionFault { line: step.line, span: step.span.clone(), text: String::new() }
}

fn read(path: &Path) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    let outcome = match path.to_str() {
        Some("-") => std::io::stdin().read_to_end(&mut bytes).map(|_| ()),
        _ => std::fs::read(path).map(|read| bytes = read),
    };
    outcome.map_err(|error| {
        Fault::environment(
            "rp::session::unreadable",
            format!("the session {} cannot be read: {error}", path.display()),
        )
        .help_with(&error, "give a file of JSON lines, or - for standard input; see `rp run --help`")
    })?;
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Fault::data(
            "rp::session::malformed",
            format!("the session {} is not UTF-8: byte {at}", path.display()),
        )
        .help("save it as UTF-8")
    })
}

/// A bar where the session is long and the transcript goes elsewhere; on the same terminal the transcript is the progress.
fn progress(setup: &Setup, lines: usize) -> ProgressBar {
    if lines < LONG_SESSION_LINES || !std::io::stderr().is_terminal() || std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    setup.bars.messages(lines)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The configuration that the help shows is one.
    #[test]
    fn the_help_is_true() {
        let (_, shown) = AFTER_HELP.split_once("relative to it:\n").expect("a configuration");
        let (shown, _) = shown.split_once("schemas/").expect("its end");
        let file = ConfigFile::parse(Path::new("rp.toml"), shown.to_owned()).expect("a configuration");
        assert_eq!(file.config.instances[0].name, "archive");
    }
}
