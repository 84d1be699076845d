//! Runs a session: loads, sends, compares, and goes on or stops.

use std::borrow::Cow;
use std::io::IsTerminal;
use std::rc::Rc;
use std::time::Instant;

use indicatif::ProgressBar;
use rp_host::{Instance, Message};
use serde_json::value::RawValue;

use super::heard::{Caused, Heard};
use super::instances::SessionInstances;
use super::judge::{Answer, Surprise};
use super::output::{Exchange, Loaded, SessionOutput, Summary};
use super::owner;
use super::plan::Plan;
use super::rewrite::Rewrite;
use super::verdict::Verdict;
use crate::fault::{EXIT_DATA, EXIT_INTERRUPTED, Fault};
use crate::json::JsonPath;
use crate::running::host::{Response, RunningHost, nanoseconds};
use crate::running::loadable::Loadable;
use crate::running::metrics::MetricsFile;
#[cfg(feature = "otlp")]
use crate::running::otlp::Export;
use crate::running::page::SessionPage;
use crate::running::trace_source::TraceSource;
use crate::session::interpolation::{Kept, TemplateFault};
use crate::session::{HOST, Place, Session, Source, Sources, Step};
use crate::terminal::{label, write_stderr};

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
    metrics: Option<MetricsFile>,
    page: Option<SessionPage>,
    #[cfg(feature = "otlp")]
    export: Option<Export>,
    /// The file of these, which may be there for them alone.
    _source: Option<TraceSource>,
    kept: Kept,
    heard: Heard,
    output: SessionOutput,
    /// Counts the lines.
    progress: ProgressBar,
    /// How many messages there are, where that is known.
    messages: Option<usize>,
    summary: Summary,
    /// The lines whose errors nobody expected.
    surprises: Vec<Surprise>,
    /// The file whose expectations are rewritten.
    rewrite: Option<Rewrite>,
    keep_going: bool,
    is_strict: bool,
    is_json: bool,
}

/// Runs the session to its end and unloads everything; answers the exit code.
pub fn run(plan: Plan) -> Result<u8, Fault> {
    let inputs = plan.host.inputs.clone();
    let host = RunningHost::start(plan.host)?;
    let metrics =
        plan.metrics.map(|(path, interval)| MetricsFile::start(path, interval, &inputs, host.host().clone()));
    let metrics = metrics.transpose()?;
    let source = plan.source.as_ref();
    let page =
        plan.page.zip(source).map(|(address, source)| SessionPage::start(address, source, &plan.session));
    let page = page.transpose()?;
    #[cfg(feature = "otlp")]
    let export = plan.otlp.as_ref().zip(source);
    #[cfg(feature = "otlp")]
    let export = export.map(|(url, source)| Export::start(url, source.path(), host.trace_parent()));
    #[cfg(feature = "otlp")]
    let export = export.transpose()?;
    if let Some(page) = &page {
        host.bars.suspend(|| write_stderr(&format!("page: {}", page.url())));
    }
    let messages = plan.extent.as_ref().map(|extent| extent.messages);
    let mut heard = Heard::of(&host);
    if plan.extent.as_ref().is_some_and(|extent| extent.hears) {
        heard.listen(&host)?;
    }
    let runner = SessionRunner {
        name: plan.session,
        session: Session::default(),
        instances: plan.instances,
        kept: Kept::new(),
        heard,
        output: SessionOutput::new(plan.is_json, plan.extent.map_or(STREAM_LINE, |extent| extent.last)),
        progress: progress(&host, messages.unwrap_or(0)),
        messages,
        host,
        metrics,
        page,
        #[cfg(feature = "otlp")]
        export,
        _source: plan.source,
        summary: Summary::default(),
        surprises: Vec::new(),
        rewrite: plan.updated.map(Rewrite::of),
        keep_going: plan.keep_going,
        is_strict: plan.is_strict,
        is_json: plan.is_json,
    };
    runner.run(plan.sources)
}

/// A bar if the session is long and the output goes elsewhere; on the same terminal the output itself shows the progress.
fn progress(host: &RunningHost, lines: usize) -> ProgressBar {
    if lines < LONG_SESSION_LINES || !std::io::stderr().is_terminal() || std::io::stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    host.bars.messages(lines)
}

impl SessionRunner {
    fn run(mut self, sources: Sources) -> Result<u8, Fault> {
        let outcome = self.load_configured().and_then(|()| self.send_steps(sources));
        self.hint();
        let unloaded = self.unload();
        self.progress.finish_and_clear();
        outcome.and(unloaded)?;
        self.refuse_empty();
        self.rewrite.as_ref().map_or(Ok(()), Rewrite::write)?;
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

    /// Sends the steps. An error is one of the environment: all others are counted.
    fn send_steps(&mut self, mut sources: Sources) -> Result<(), Fault> {
        let start = Instant::now();
        let is_whole = self.send_all(&mut sources)?;
        self.summary.not_sent = match self.messages {
            Some(all) => Some(all.saturating_sub(self.summary.steps)),
            None => is_whole.then_some(0),
        };
        self.summary.elapsed_ns = nanoseconds(start);
        self.summary.restarts = self.host.restarts();
        Ok(())
    }

    /// Answers whether the session was sent to its end.
    fn send_all(&mut self, sources: &mut Sources) -> Result<bool, Fault> {
        let interrupt = self.host.interrupt.clone();
        loop {
            let source = match sources.next(|| interrupt.is_asked()) {
                _ if interrupt.is_asked() => return Ok(false),
                Ok(None) => return Ok(true),
                Ok(Some(source)) => source,
                Err(fault) => return self.count(fault).map(|()| false),
            };
            let outcome = self.source(&source);
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

    fn source(&mut self, source: &Source) -> Result<(), Fault> {
        self.summary.steps += 1;
        let step = self.session.read(source);
        let step = step.map_err(|fault| fault.malformed(&self.name, &source.text))?;
        self.step(&step)
    }

    /// Sends one step and compares what comes of it.
    fn step(&mut self, step: &Step<'_>) -> Result<(), Fault> {
        let receiver = self.receiver(step)?;
        let payload = self.fill(step, &step.payload)?;
        self.summary.messages += 1;
        self.heard.begin(&self.host, step)?;
        let response = self.send(step, receiver, &payload).map_err(Fault::of_message)?;
        let caused = self.heard.end(step);
        let json = response.json()?.to_owned();
        if let Some(name) = &step.kept_as {
            self.kept.insert(name.clone(), json.clone());
        }
        let verdict = self.verdict(step, &json, &caused)?;
        let exchange = Exchange {
            line: step.line,
            module: &step.module,
            label: label(&step.message_type, &payload),
            message_type: &step.message_type,
            note: step.note.as_deref(),
            elapsed_ns: response.elapsed_ns,
            is_success: response.is_success,
            is_as_expected: step.expectations().next().map(|_| verdict.unmet.is_empty()),
            mismatches: &verdict.unmet,
            updated: &verdict.updated,
            response: &json,
            events: caused.events.as_deref(),
            log: caused.log.as_deref(),
        };
        self.output.exchange(&exchange)?;
        let answer = Answer { step, payload: &payload, response: &json, is_success: response.is_success };
        self.judge(&answer, &verdict)
    }

    /// The instance that a step is sent to, loaded; None for the host itself.
    fn receiver(&mut self, step: &Step<'_>) -> Result<Option<(Rc<Loadable>, Instance)>, Fault> {
        if step.module == HOST {
            return Ok(None);
        }
        let one = self.instances.find(step)?;
        let instance = match self.host.instance(&one.name) {
            Some(instance) => instance,
            None => self.load(&one)?,
        };
        Ok(Some((one, instance)))
    }

    fn send(
        &mut self,
        step: &Step<'_>,
        receiver: Option<(Rc<Loadable>, Instance)>,
        payload: &str,
    ) -> Result<Response, Fault> {
        match receiver {
            None => owner::send(&self.host, &mut self.heard, &step.message_type, payload),
            Some((one, instance)) => {
                self.host.ask(&instance, Message::new(&step.message_type, payload), one.deadline)
            }
        }
    }

    fn load(&mut self, one: &Loadable) -> Result<Instance, Fault> {
        let (instance, elapsed_ns) = self.host.load(one)?;
        self.output.loaded(&Loaded {
            module: instance.name(),
            of: Some(instance.manifest().name.as_str()).filter(|name| *name != instance.name()),
            version: instance.manifest().version.to_string(),
            profile: instance.profile().as_str(),
            file: JsonPath(&one.path),
            worker: instance.worker(),
            elapsed_ns,
        })?;
        Ok(instance)
    }

    fn fill<'s>(&self, step: &Step<'s>, place: &Place<'s>) -> Result<Cow<'s, str>, Fault> {
        place.template.fill(&self.kept).map_err(|fault| self.no_value(step, place, fault))
    }

    fn no_value(&self, step: &Step<'_>, place: &Place<'_>, fault: TemplateFault) -> Fault {
        let fault = place.fault(step.line, fault);
        Fault::data("rp::session::no_value", format!("line {}: {}", step.line, fault.text))
            .help("the output above shows the response that was kept")
            .in_lines(&self.name, fault.line, step.source, fault.span)
    }

    fn verdict(&mut self, step: &Step<'_>, response: &RawValue, caused: &Caused) -> Result<Verdict, Fault> {
        let mut verdict = Verdict::default();
        for (key, place) in step.expectations() {
            let actual = match key {
                "events" => caused.events.as_deref(),
                "log" => caused.log.as_deref(),
                _ => Some(response),
            };
            let one =
                Verdict::of(key, place, &self.kept, actual.unwrap_or(RawValue::NULL), self.rewrite.is_some());
            verdict.add(one.map_err(|fault| self.no_value(step, place, fault))?);
        }
        if let Some(rewrite) = &mut self.rewrite {
            rewrite.add(step, &verdict.edits);
        }
        Ok(verdict)
    }

    fn judge(&mut self, answer: &Answer<'_>, verdict: &Verdict) -> Result<(), Fault> {
        if answer.step.expectations().next().is_some() {
            self.summary.expectations += 1;
            if !verdict.unmet.is_empty() {
                return Err(answer.unmet(&self.name, verdict).help_first(&self.meant_now(answer)));
            }
            let is_updated = !verdict.updated.is_empty();
            self.summary.updated += usize::from(is_updated);
            self.summary.met += usize::from(!is_updated);
        }
        if answer.step.expect.is_some() || answer.is_success {
            return Ok(());
        }
        self.summary.errors_not_expected += 1;
        if self.is_strict {
            return Err(answer.unexpected(&self.name).help_first(&self.meant_now(answer)));
        }
        self.surprises.extend(answer.surprise());
        Ok(())
    }

    /// What was meant where the module does not know what it was sent. To ask the module for its commands is a message more:
    /// later lines would find it in another state, so it is asked only where none follow.
    fn meant_now(&self, answer: &Answer<'_>) -> String {
        if self.keep_going {
            return String::new();
        }
        answer.surprise().map_or(String::new(), |surprise| surprise.meant(&self.host))
    }

    /// Says what was meant by the lines whose errors were let pass.
    fn hint(&self) {
        if self.is_json || self.host.interrupt.is_asked() {
            return;
        }
        for surprise in &self.surprises {
            let meant = surprise.meant(&self.host);
            if !meant.is_empty() {
                self.host.bars.suspend(|| {
                    write_stderr(&format!(
                        "help: line {}: {}",
                        surprise.line,
                        meant.trim_end_matches([' ', ';'])
                    ))
                });
            }
        }
    }

    /// A session that sends nothing tests nothing.
    fn refuse_empty(&mut self) {
        if self.is_strict
            && self.summary.messages == 0
            && self.summary.failed == 0
            && !self.host.interrupt.is_asked()
        {
            let text = format!("the session {} has no messages", self.name);
            self.fail(Fault::data("rp::session::empty", text).help("write a line, or leave out --strict"));
        }
    }

    fn fail(&mut self, fault: Fault) {
        self.summary.failed += 1;
        self.host.bars.suspend(|| fault.report(self.is_json));
    }

    /// Unloads everything, last loaded first.
    fn unload(&mut self) -> Result<(), Fault> {
        let metrics = self.metrics.take().map_or(Ok(()), MetricsFile::finish);
        for error in self.host.unload_all() {
            self.fail(error.into());
        }
        let page = self.page.take().map_or(Ok(()), SessionPage::finish);
        #[cfg(feature = "otlp")]
        let page = self.export.take().map_or(Ok(()), Export::finish).and(page);
        self.host.check_trace().and(metrics).and(page)
    }
}
