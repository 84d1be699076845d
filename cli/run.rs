//! `rp run SESSION`

use std::collections::HashMap;
use std::io::{IsTerminal, Read};
use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::{ProgressBar, ProgressStyle};
use rp_host::{Instance, Message, Reply};
use serde_json::value::RawValue;

use crate::Common;
use crate::fault::{EXIT_DATA, Fault, response_text};
use crate::modules::Folders;
use crate::session::{self, Place, SessionFault, Step};
use crate::setup::{HostOptions, Setup};
use crate::subset::{Mismatch, mismatches};
use crate::template::Kept;
use crate::transcript::{Exchange, Loaded, Summary, Transcript, label};

/// Play a session of messages and check what is expected of the responses
#[derive(clap::Args)]
#[command(after_help = AFTER_HELP)]
pub struct Options {
    /// The session file; `-` reads standard input
    session: PathBuf,
    /// A folder with modules; may be repeated; without it, the folder of this program and its `deps`
    #[arg(long = "modules", value_name = "DIR")]
    modules: Vec<PathBuf>,
    /// Go on after a failure
    #[arg(long)]
    keep_going: bool,
    #[command(flatten)]
    host: HostOptions,
}

const AFTER_HELP: &str = r#"Each line of SESSION is one JSON object; blank lines are allowed:
  module   the module; its file is looked for by this name and loaded at its first line
  type     the message's type: command, query, describe, one of your own
  payload  the message's payload, an object; {} without it
  expect   what the response must hold: objects may hold more, arrays have the same length
  as       a name for the response; later lines write "${name.data.key.0}" for a value of it,
           and $${ for a plain ${
  note     text for people

Examples:
  rp run examples/session.jsonl
  rp run session.jsonl --modules build --json
  echo '{"module":"test-minimal","type":"describe"}' | rp run -
  rp run session.jsonl --keep-going --trace messages.jsonl --grant call=test-minimal

Grants are given to every module of the session. Exit code 1: an expectation failed, or a module
or the session file is at fault."#;

/// A session with fewer lines has ended before a bar says anything.
const LONG_SESSION_LINES: usize = 50;

/// Plays a session.
pub fn run(options: &Options, common: &Common) -> Result<u8, Fault> {
    let name = options.session.display().to_string();
    let text = read(&options.session)?;
    let steps = session::parse(&text).map_err(|fault| Fault::session(&name, &text, &fault))?;
    let folders = Folders::new(&options.modules)?;
    let files = find_modules(&steps, &folders, &name, &text)?;
    let progress = progress(steps.len());
    let setup = options.host.host(common, &options.session, &progress)?;
    let mut player = Player {
        options,
        common,
        session: (&name, &text),
        files,
        setup,
        progress,
        transcript: Transcript::new(common.json, steps.last().map_or(0, |step| step.line)),
        instances: HashMap::new(),
        kept: Kept::new(),
        reply: Reply::new(),
        summary: Summary::default(),
    };
    let outcome = player.play(&steps);
    let unloaded = player.unload();
    player.progress.finish_and_clear();
    outcome.and(unloaded)?;
    player.transcript.summary(&player.summary)?;
    Ok(if player.summary.failed == 0 { 0 } else { EXIT_DATA })
}

/// One run of a session.
struct Player<'a> {
    options: &'a Options,
    common: &'a Common,
    /// Name and text of the session file.
    session: (&'a str, &'a str),
    files: HashMap<&'a str, PathBuf>,
    setup: Setup,
    progress: ProgressBar,
    transcript: Transcript,
    instances: HashMap<&'a str, Instance>,
    kept: Kept,
    reply: Reply,
    summary: Summary,
}

impl<'a> Player<'a> {
    /// Sends every line; the error, where there is one, is of the environment, since all others are counted.
    fn play(&mut self, steps: &'a [Step<'a>]) -> Result<(), Fault> {
        let start = Instant::now();
        for (index, step) in steps.iter().enumerate() {
            let outcome = self.step(step);
            self.setup.check_trace()?;
            self.progress.inc(1);
            if let Err(fault) = outcome {
                if fault.exit() != EXIT_DATA {
                    return Err(fault);
                }
                self.fail(fault);
                if !self.options.keep_going {
                    self.summary.not_sent = steps.len() - index - 1;
                    break;
                }
            }
        }
        self.summary.elapsed_ns = nanoseconds(start);
        Ok(())
    }

    /// Sends one line and compares the response.
    fn step(&mut self, step: &'a Step<'a>) -> Result<(), Fault> {
        let instance = self.instance(step)?;
        let payload = self.fill(step, &step.payload)?;
        let start = Instant::now();
        let message = Message::new(&step.message_type, &payload);
        self.summary.messages += 1;
        let is_success = instance.call(&message, &mut self.reply)?.is_success();
        let elapsed_ns = nanoseconds(start);
        let response = RawValue::from_string(response_text(&self.reply)?.to_owned())
            .map_err(|error| Fault::data("rp::call::invalid_response", error.to_string()))?;
        let found = self.compare(step, &response)?;
        let exchange = Exchange {
            line: step.line,
            module: &step.module,
            label: label(&step.message_type, &payload),
            message_type: &step.message_type,
            note: step.note.as_deref(),
            elapsed_ns,
            is_success,
            is_as_expected: step.expect.as_ref().map(|_| found.is_empty()),
            mismatches: &found,
            response: &response,
        };
        self.transcript.exchange(&exchange)?;
        if let Some(name) = &step.kept_as {
            self.kept.insert(name.clone(), response);
        }
        self.verdict(step, &found)
    }

    /// The module's instance; it is loaded at its first line.
    fn instance(&mut self, step: &'a Step<'a>) -> Result<Instance, Fault> {
        if let Some(instance) = self.instances.get(step.module.as_str()) {
            return Ok(instance.clone());
        }
        let path = &self.files[step.module.as_str()];
        let start = Instant::now();
        let options = self.options.host.load_options().expect_name(&step.module);
        let instance = self.setup.host.load_with(path, options)?;
        let loaded = Loaded {
            module: instance.name(),
            version: instance.manifest().version.to_string(),
            profile: instance.profile().as_str(),
            file: path,
            elapsed_ns: nanoseconds(start),
        };
        self.transcript.loaded(&loaded)?;
        self.instances.insert(&step.module, instance.clone());
        Ok(instance)
    }

    fn fill(&self, step: &Step<'_>, place: &Place<'a>) -> Result<std::borrow::Cow<'a, str>, Fault> {
        place.template.fill(&self.kept).map_err(|fault| {
            let fault = place.fault(step.line, fault);
            let text = format!("line {}: {}", step.line, fault.text);
            Fault::data("rp::session::no_value", text)
                .help("the transcript shows the response that was kept")
                .at(self.session.0, self.session.1, &fault)
        })
    }

    fn compare(&self, step: &Step<'a>, response: &RawValue) -> Result<Vec<Mismatch>, Fault> {
        let Some(expect) = &step.expect else { return Ok(Vec::new()) };
        let expected: &RawValue = &raw(&self.fill(step, expect)?)?;
        Ok(mismatches(expected, response))
    }

    fn verdict(&mut self, step: &Step<'_>, found: &[Mismatch]) -> Result<(), Fault> {
        let Some(expect) = &step.expect else { return Ok(()) };
        self.summary.expectations += 1;
        if found.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        let label = SessionFault { line: step.line, span: expect.span.clone(), text: String::new() };
        let text = format!(
            "line {}: the response of {} is not as expected\n{}",
            step.line,
            step.module,
            lines.join("\n")
        );
        Err(Fault::data("rp::session::expectation", text)
            .help("mend the module, or the line's `expect`; --keep-going shows later failures too")
            .at(self.session.0, self.session.1, &label))
    }

    fn fail(&mut self, fault: Fault) {
        self.summary.failed += 1;
        self.progress.suspend(|| fault.report(self.common.json));
    }

    /// Unloads everything, last loaded first.
    fn unload(&mut self) -> Result<(), Fault> {
        for error in self.setup.host.unload_all() {
            self.fail(error.into());
        }
        self.setup.check_trace()
    }
}

fn raw(text: &str) -> Result<Box<RawValue>, Fault> {
    RawValue::from_string(text.to_owned())
        .map_err(|error| Fault::data("rp::session::no_value", error.to_string()))
}

/// Finds the file of every module before anything is sent.
fn find_modules<'a>(
    steps: &'a [Step<'a>],
    folders: &Folders,
    name: &str,
    text: &str,
) -> Result<HashMap<&'a str, PathBuf>, Fault> {
    let mut files = HashMap::new();
    for step in steps {
        if files.contains_key(step.module.as_str()) {
            continue;
        }
        let file = rp_host::library_file_name(&step.module).display().to_string();
        let path = folders.find(&step.module).ok_or_else(|| {
            let text_here = format!(
                "line {}: the module {} is not found: no {file} in {folders}",
                step.line, step.module
            );
            let place = SessionFault { line: step.line, span: step.span.clone(), text: String::new() };
            Fault::environment("rp::modules::not_found", text_here)
                .help("build it, or name its folder with --modules DIR; `rp list DIR` shows what is there")
                .at(name, text, &place)
        })?;
        files.insert(step.module.as_str(), path);
    }
    Ok(files)
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
        .help("give a file of JSON lines, or - for standard input; see `rp run --help`")
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
fn progress(lines: usize) -> ProgressBar {
    if lines < LONG_SESSION_LINES || !std::io::stderr().is_terminal() || std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:30} {pos}/{len} messages, {eta} left");
    let bar = ProgressBar::new(lines as u64);
    style.map(|style| bar.clone().with_style(style)).unwrap_or(bar)
}

fn nanoseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
