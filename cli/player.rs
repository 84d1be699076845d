//! Plays a session: loads, sends, compares, and goes on or stops.

use std::borrow::Cow;
use std::time::Instant;

use indicatif::ProgressBar;
use rp_host::{Instance, Message, Reply};
use serde_json::value::RawValue;

use crate::cast::Cast;
use crate::config::ConfigFile;
use crate::fault::{EXIT_DATA, EXIT_INTERRUPTED, Fault, response_text};
use crate::instances::{self, Loadable};
use crate::json::JsonPath;
use crate::session::{Line, Lines, Place, Session, SessionFault, Step};
use crate::setup::{Setup, nanoseconds};
use crate::subset::{Mismatch, mismatches};
use crate::template::Kept;
use crate::transcript::{Exchange, Loaded, Summary, Transcript, label};

/// What a run works with.
pub struct Stage<'a> {
    /// The name of the session.
    pub session: &'a str,
    /// The configuration, where there is one.
    pub config: Option<&'a ConfigFile>,
    /// Whom the session may name.
    pub cast: Cast<'a>,
    pub setup: &'a Setup,
    pub transcript: Transcript,
    /// Counts the lines.
    pub progress: ProgressBar,
    /// How many there are, where that is known.
    pub messages: Option<usize>,
    pub keep_going: bool,
    pub is_json: bool,
}

/// One run of a session.
pub struct Player<'a> {
    stage: Stage<'a>,
    session: Session,
    kept: Kept,
    reply: Reply,
    summary: Summary,
}

impl<'a> Player<'a> {
    /// Nothing is loaded yet.
    pub fn new(stage: Stage<'a>) -> Self {
        let reply = stage.setup.reply();
        Self { stage, session: Session::default(), kept: Kept::new(), reply, summary: Summary::default() }
    }

    /// Plays the session to its end and unloads everything; answers the exit code.
    pub fn run(mut self, lines: Lines) -> Result<u8, Fault> {
        let outcome = self.load_configured().and_then(|()| self.play(lines));
        let unloaded = self.unload();
        self.stage.progress.finish_and_clear();
        outcome.and(unloaded)?;
        self.stage.transcript.summary(&self.summary)?;
        Ok(match self.summary.failed {
            _ if self.stage.setup.interrupt.is_asked() => EXIT_INTERRUPTED,
            0 => 0,
            _ => EXIT_DATA,
        })
    }

    /// The instances of a configuration are there before the first line, since they talk with each other.
    fn load_configured(&mut self) -> Result<(), Fault> {
        self.stage.cast.first().iter().try_for_each(|one| self.load(one).map(drop))
    }

    /// Sends the lines; the error, where there is one, is of the environment, since all others are counted.
    fn play(&mut self, mut lines: Lines) -> Result<(), Fault> {
        let start = Instant::now();
        let is_whole = self.play_all(&mut lines)?;
        self.summary.not_sent = match self.stage.messages {
            Some(all) => Some(all.saturating_sub(self.summary.lines)),
            None => is_whole.then_some(0),
        };
        self.summary.elapsed_ns = nanoseconds(start);
        Ok(())
    }

    /// Answers whether the session was played to its end.
    fn play_all(&mut self, lines: &mut Lines) -> Result<bool, Fault> {
        let interrupt = self.stage.setup.interrupt.clone();
        loop {
            let line = match lines.next(|| interrupt.is_asked()) {
                _ if interrupt.is_asked() => return Ok(false),
                Ok(None) => return Ok(true),
                Ok(Some(line)) => line,
                Err(fault) => return self.count(fault).map(|()| false),
            };
            let outcome = self.line(&line);
            self.stage.setup.check_trace()?;
            self.stage.progress.inc(1);
            if let Err(fault) = outcome {
                self.count(fault)?;
                if !self.stage.keep_going {
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
        let step = step.map_err(|fault| Fault::session(self.stage.session, &line.text, &fault))?;
        self.step(&step)
    }

    /// Sends one line and compares the response.
    fn step(&mut self, step: &Step<'_>) -> Result<(), Fault> {
        let one = self.stage.cast.meet(step)?;
        let instance = match self.stage.setup.host.instance(&one.name) {
            Some(instance) => instance,
            None => self.load(&one)?,
        };
        let payload = self.fill(step, &step.payload)?;
        let message = Message::new(&step.message_type, &payload);
        self.summary.messages += 1;
        let answered = self.stage.setup.ask(&instance, message, one.deadline, &mut self.reply);
        let answered = answered.map_err(Fault::of_message)?;
        let response = RawValue::from_string(response_text(&self.reply)?.to_owned())
            .map_err(|error| Fault::data("rp::call::invalid_response", error.to_string()))?;
        let found = self.compare(step, &response)?;
        let exchange = Exchange {
            line: step.line,
            module: &step.module,
            label: label(&step.message_type, &payload),
            message_type: &step.message_type,
            note: step.note.as_deref(),
            elapsed_ns: answered.elapsed_ns,
            is_success: answered.is_success,
            is_as_expected: step.expect.as_ref().map(|_| found.is_empty()),
            mismatches: &found,
            response: &response,
        };
        self.stage.transcript.exchange(&exchange)?;
        if let Some(name) = &step.kept_as {
            self.kept.insert(name.clone(), response);
        }
        self.verdict(step, &found)
    }

    fn load(&mut self, one: &Loadable) -> Result<Instance, Fault> {
        let (instance, elapsed_ns) = instances::load(self.stage.setup, one, self.stage.config)?;
        self.stage.transcript.loaded(&Loaded {
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
                .help("the transcript shows the response that was kept")
                .at(self.stage.session, step.source, &fault)
        })
    }

    fn compare(&self, step: &Step<'_>, response: &RawValue) -> Result<Vec<Mismatch>, Fault> {
        let Some(expect) = &step.expect else { return Ok(Vec::new()) };
        let expected: &RawValue = &raw(&self.fill(step, expect)?)?;
        Ok(mismatches(expected, response))
    }

    fn verdict(&mut self, step: &Step<'_>, found: &[Mismatch]) -> Result<(), Fault> {
        let Some(expect) = &step.expect else { return Ok(()) };
        self.summary.expectations += 1;
        if found.is_empty() {
            self.summary.met += 1;
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
            .at(self.stage.session, step.source, &label))
    }

    fn fail(&mut self, fault: Fault) {
        self.summary.failed += 1;
        self.stage.setup.bars.suspend(|| fault.report(self.stage.is_json));
    }

    /// Unloads everything, last loaded first.
    fn unload(&mut self) -> Result<(), Fault> {
        for error in self.stage.setup.unload_all() {
            self.fail(error.into());
        }
        self.stage.setup.check_trace()
    }
}

fn raw(text: &str) -> Result<Box<RawValue>, Fault> {
    RawValue::from_string(text.to_owned())
        .map_err(|error| Fault::data("rp::session::no_value", error.to_string()))
}
