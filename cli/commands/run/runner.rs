//! Runs a session: loads, sends, compares, and goes on or stops.

use std::borrow::Cow;
use std::io::IsTerminal;
use std::time::Instant;

use indicatif::ProgressBar;
use rp_host::{Instance, Message};
use serde_json::value::RawValue;

use super::instances::SessionInstances;
use super::output::{Exchange, Loaded, SessionOutput, Summary};
use super::plan::Plan;
use crate::fault::{EXIT_DATA, EXIT_INTERRUPTED, Fault};
use crate::json::JsonPath;
use crate::json::contains::{Mismatch, mismatches};
use crate::running::host::{RunningHost, nanoseconds};
use crate::running::loadable::Loadable;
use crate::session::interpolation::Kept;
use crate::session::{Line, Lines, Place, Session, Step};
use crate::terminal::label;

/// A session with fewer lines has ended before a bar says anything.
const LONG_SESSION_LINES: usize = 50;
/// The last line of a stream is not known: its numbers are aligned as if it were this one.
const STREAM_LINE: usize = 1000;

/// One run of a session.
struct SessionRunner {
    /// The name of the session.
    name: String,
    session: Session,
    instances: SessionInstances,
    host: RunningHost,
    kept: Kept,
    output: SessionOutput,
    /// Counts the lines.
    progress: ProgressBar,
    /// How many messages there are, where that is known.
    messages: Option<usize>,
    summary: Summary,
    keep_going: bool,
    is_json: bool,
}

/// Runs the session to its end and unloads everything; answers the exit code.
pub fn run(plan: Plan) -> Result<u8, Fault> {
    let host = RunningHost::start(plan.host)?;
    let messages = plan.extent.as_ref().map(|extent| extent.messages);
    let runner = SessionRunner {
        name: plan.session,
        session: Session::default(),
        instances: plan.instances,
        kept: Kept::new(),
        output: SessionOutput::new(plan.is_json, plan.extent.map_or(STREAM_LINE, |extent| extent.last)),
        progress: progress(&host, messages.unwrap_or(0)),
        messages,
        host,
        summary: Summary::default(),
        keep_going: plan.keep_going,
        is_json: plan.is_json,
    };
    runner.run(plan.lines)
}

/// A bar if the session is long and the output goes elsewhere; on the same terminal the output itself shows the progress.
fn progress(host: &RunningHost, lines: usize) -> ProgressBar {
    if lines < LONG_SESSION_LINES || !std::io::stderr().is_terminal() || std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    host.bars.messages(lines)
}

impl SessionRunner {
    fn run(mut self, lines: Lines) -> Result<u8, Fault> {
        let outcome = self.load_configured().and_then(|()| self.send_lines(lines));
        let unloaded = self.unload();
        self.progress.finish_and_clear();
        outcome.and(unloaded)?;
        self.output.summary(&self.summary)?;
        Ok(match self.summary.failed {
            _ if self.host.interrupt.is_asked() => EXIT_INTERRUPTED,
            0 => 0,
            _ => EXIT_DATA,
        })
    }

    /// The instances of a configuration are there before the first line, since they talk with each other.
    fn load_configured(&mut self) -> Result<(), Fault> {
        self.instances.loaded_first().iter().try_for_each(|one| self.load(one).map(drop))
    }

    /// Sends the lines. An error is one of the environment: all others are counted.
    fn send_lines(&mut self, mut lines: Lines) -> Result<(), Fault> {
        let start = Instant::now();
        let is_whole = self.send_all(&mut lines)?;
        self.summary.not_sent = match self.messages {
            Some(all) => Some(all.saturating_sub(self.summary.lines)),
            None => is_whole.then_some(0),
        };
        self.summary.elapsed_ns = nanoseconds(start);
        Ok(())
    }

    /// Answers whether the session was sent to its end.
    fn send_all(&mut self, lines: &mut Lines) -> Result<bool, Fault> {
        let interrupt = self.host.interrupt.clone();
        loop {
            let line = match lines.next(|| interrupt.is_asked()) {
                _ if interrupt.is_asked() => return Ok(false),
                Ok(None) => return Ok(true),
                Ok(Some(line)) => line,
                Err(fault) => return self.count(fault).map(|()| false),
            };
            let outcome = self.line(&line);
            self.host.check_trace()?;
            self.progress.inc(1);
            if let Err(fault) = outcome {
                self.count(fault)?;
                if !self.keep_going {
                    return Ok(false);
                }
            }
        }
    }

    /// Counts a failure of the data; one of the environment ends the session.
    fn count(&mut self, fault: Fault) -> Result<(), Fault> {
        if ![EXIT_DATA, EXIT_INTERRUPTED].contains(&fault.exit()) {
            return Err(fault);
        }
        self.fail(fault);
        Ok(())
    }

    fn line(&mut self, line: &Line) -> Result<(), Fault> {
        self.summary.lines += 1;
        let step = self.session.read(line);
        let step = step.map_err(|fault| fault.malformed(&self.name, &line.text))?;
        self.step(&step)
    }

    /// Sends one line and compares the response.
    fn step(&mut self, step: &Step<'_>) -> Result<(), Fault> {
        let one = self.instances.find(step)?;
        let instance = match self.host.instance(&one.name) {
            Some(instance) => instance,
            None => self.load(&one)?,
        };
        let payload = self.fill(step, &step.payload)?;
        let message = Message::new(&step.message_type, &payload);
        self.summary.messages += 1;
        let response = self.host.ask(&instance, message, one.deadline).map_err(Fault::of_message)?;
        let json = response.json()?.to_owned();
        let found = self.compare(step, &json)?;
        let exchange = Exchange {
            line: step.line,
            module: &step.module,
            label: label(&step.message_type, &payload),
            message_type: &step.message_type,
            note: step.note.as_deref(),
            elapsed_ns: response.elapsed_ns,
            is_success: response.is_success,
            is_as_expected: step.expect.as_ref().map(|_| found.is_empty()),
            mismatches: &found,
            response: &json,
        };
        self.output.exchange(&exchange)?;
        if let Some(name) = &step.kept_as {
            self.kept.insert(name.clone(), json);
        }
        self.judge(step, &found)
    }

    fn load(&mut self, one: &Loadable) -> Result<Instance, Fault> {
        let (instance, elapsed_ns) = self.host.load(one)?;
        self.output.loaded(&Loaded {
            module: instance.name(),
            of: Some(instance.manifest().name.as_str()).filter(|name| *name != instance.name()),
            version: instance.manifest().version.to_string(),
            profile: instance.profile().as_str(),
            file: JsonPath(&one.path),
            elapsed_ns,
        })?;
        Ok(instance)
    }

    fn fill<'s>(&self, step: &Step<'s>, place: &Place<'s>) -> Result<Cow<'s, str>, Fault> {
        place.template.fill(&self.kept).map_err(|fault| {
            let fault = place.fault(step.line, fault);
            let text = format!("line {}: {}", step.line, fault.text);
            Fault::data("rp::session::no_value", text)
                .help("the output above shows the response that was kept")
                .in_line(&self.name, fault.line, step.source, fault.span)
        })
    }

    fn compare(&self, step: &Step<'_>, response: &RawValue) -> Result<Vec<Mismatch>, Fault> {
        let Some(expect) = &step.expect else { return Ok(Vec::new()) };
        let expected: &RawValue = &raw(&self.fill(step, expect)?)?;
        Ok(mismatches(expected, response))
    }

    fn judge(&mut self, step: &Step<'_>, found: &[Mismatch]) -> Result<(), Fault> {
        let Some(expect) = &step.expect else { return Ok(()) };
        self.summary.expectations += 1;
        if found.is_empty() {
            self.summary.met += 1;
            return Ok(());
        }
        let lines: Vec<String> = found.iter().map(ToString::to_string).collect();
        let text = format!(
            "line {}: the response of {} is not as expected\n{}",
            step.line,
            step.module,
            lines.join("\n")
        );
        Err(Fault::data("rp::session::expectation", text)
            .help("fix the module, or the line's `expect`; --keep-going shows later failures too")
            .in_line(&self.name, step.line, step.source, expect.span.clone()))
    }

    fn fail(&mut self, fault: Fault) {
        self.summary.failed += 1;
        self.host.bars.suspend(|| fault.report(self.is_json));
    }

    /// Unloads everything, last loaded first.
    fn unload(&mut self) -> Result<(), Fault> {
        for error in self.host.unload_all() {
            self.fail(error.into());
        }
        self.host.check_trace()
    }
}

fn raw(text: &str) -> Result<Box<RawValue>, Fault> {
    RawValue::from_string(text.to_owned())
        .map_err(|error| Fault::data("rp::session::no_value", error.to_string()))
}
