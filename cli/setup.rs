//! The host as the command line and the configuration ask for it.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rp_host::{Grants, Host, HostBuilder, Instance, LoadOptions, Message, Reply, Right, TraceRecord};

use crate::Common;
use crate::config::ConfigFile;
use crate::engine::EngineOptions;
use crate::fault::Fault;
use crate::guard;
use crate::interrupt::Interrupt;
use crate::log::{self, LogFilter};
use crate::progress::Bars;
use crate::store;
use crate::trace::Trace;
use crate::wasm::Limit;

/// What every subcommand that runs modules takes.
#[derive(Clone, clap::Args)]
pub struct HostOptions {
    /// Write every message and response, both directions, to FILE as JSON lines; FILE is emptied first
    #[arg(long, value_name = "FILE")]
    pub trace: Option<PathBuf>,
    /// Grant a right: read=, write=, emit=, subscribe=, call= or provide=NAME; `*` and `prefix.*` are allowed; may be repeated
    #[arg(long = "grant", value_name = "KIND=NAME", value_parser = parse_grant)]
    pub grants: Vec<Grant>,
    /// Limit what a WebAssembly module uses up: memory_bytes=, table_entries=, call_ms=, stack_bytes=, reply_bytes=,
    /// module_bytes=, code_bytes=, functions= or function_bytes=N; may be repeated
    #[arg(long = "wasm-limit", value_name = "KEY=N", value_parser = Limit::parse)]
    pub wasm_limits: Vec<Limit>,
    /// What of the modules' log is shown: off, error, warn, info, debug or trace; INSTANCE=LEVEL sets one instance,
    /// several are parted by commas
    #[arg(long, value_name = "LEVEL", env = "RP_LOG", hide_env_values = true)]
    pub log: Option<LogFilter>,
    #[command(flatten)]
    pub engine: EngineOptions,
}

/// One right.
#[derive(Clone, Debug)]
pub struct Grant {
    right: Right,
    name: String,
}

fn parse_grant(text: &str) -> Result<Grant, String> {
    let (word, name) = text.split_once('=').ok_or("write KIND=NAME, as in call=test-minimal")?;
    let right = Right::ALL.into_iter().find(|right| right.as_str() == word);
    let right =
        right.ok_or_else(|| format!("`{word}` is none of {}", Right::ALL.map(Right::as_str).join(", ")))?;
    if name.is_empty() {
        return Err("the name is missing; `*` stands for every name".to_owned());
    }
    Ok(Grant { right, name: name.to_owned() })
}

/// How long events may take to be handled where no configuration says.
const SETTLE_LIMIT: Duration = Duration::from_secs(30);
/// How often a wait looks whether somebody wants it to end.
const SETTLE_STEP: Duration = Duration::from_millis(50);

/// A host and what goes with it.
pub struct Setup {
    /// The host.
    pub host: Host,
    /// The bars of long work.
    pub bars: Bars,
    /// Whether somebody wants the work to stop.
    pub interrupt: Interrupt,
    trace: Option<Arc<Trace>>,
    reply_limit: usize,
    settle_limit: Duration,
    /// Whether events were waited for in vain: they are not waited for again.
    gave_up: AtomicBool,
}

/// What an answered message brought beside its response.
pub struct Answered {
    /// Whether the response is a success.
    pub is_success: bool,
    /// How long the answer took.
    pub elapsed_ns: u64,
}

impl HostOptions {
    /// Builds the host. `inputs` are what the command reads beside the configuration, which no trace may overwrite.
    pub fn setup(
        &self,
        common: &Common,
        mut inputs: Vec<PathBuf>,
        config: Option<&ConfigFile>,
    ) -> Result<Setup, Fault> {
        inputs.extend(config.iter().flat_map(|file| file.inputs()));
        let trace = self.trace.as_ref().map(|path| Trace::create(path, &inputs)).transpose()?;
        let bars = Bars::new(common.verbose);
        let filter = self.log.clone().unwrap_or_else(|| LogFilter::of_verbosity(common.verbose));
        log::install(filter, common.verbose > 0, bars.clone())?;
        let mut builder = Host::builder();
        if trace.is_some() || common.verbose > 0 {
            builder = builder.trace(sink(trace.clone(), (common.verbose > 0).then(|| bars.clone())));
        }
        let progress = bars.clone();
        builder = builder.on_progress(move |report| progress.report(report));
        if let Some(file) = config {
            builder = configured(builder, file)?;
        }
        let limits = config.map(|file| &file.config.limits);
        Ok(Setup {
            host: builder.build(),
            interrupt: Interrupt::listen(bars.clone())?,
            bars,
            trace,
            reply_limit: limits.and_then(|limits| limits.reply_bytes).unwrap_or(rp_host::DEFAULT_REPLY_LIMIT),
            settle_limit: limits.and_then(|limits| limits.wait).unwrap_or(SETTLE_LIMIT),
            gave_up: AtomicBool::new(false),
        })
    }

    /// The same, with a log of errors only where nobody said what to show.
    pub fn quiet(&self, common: &Common) -> Self {
        let said = self.log.clone().or((common.verbose > 0).then(|| LogFilter::of_verbosity(common.verbose)));
        Self { log: Some(said.unwrap_or_else(LogFilter::errors)), ..self.clone() }
    }

    /// How modules are loaded: with the rights granted, and within the limits.
    pub fn load_options(&self) -> LoadOptions {
        let mut grants = Grants::default();
        for grant in &self.grants {
            grants.grant(grant.right, &grant.name);
        }
        self.engine.apply(LoadOptions::new().grants(grants).wasm_limits(Limit::all(&self.wasm_limits)))
    }
}

/// What gets every message: the file, and with -v standard error.
fn sink(file: Option<Arc<Trace>>, shown: Option<Bars>) -> impl Fn(&TraceRecord<'_>) + Send + Sync {
    move |record| {
        if let Some(file) = &file {
            file.write(record);
        }
        if let Some(bars) = &shown {
            log::write_sent(record, bars);
        }
    }
}

fn configured(mut builder: HostBuilder, file: &ConfigFile) -> Result<HostBuilder, Fault> {
    let limits = &file.config.limits;
    if let Some(bytes) = limits.reply_bytes {
        builder = builder.reply_limit(bytes);
    }
    if let Some(wait) = limits.wait {
        builder = builder.wait_limit(wait);
    }
    if let Some(events) = limits.queued_events {
        builder = builder.event_limit(events);
    }
    if let Some(bytes) = limits.queued_event_bytes {
        builder = builder.event_bytes_limit(bytes);
    }
    if let Some(store) = store::open(file)? {
        builder = builder.store(store);
    }
    Ok(builder)
}

impl Setup {
    /// A reply with the limit of this run.
    pub fn reply(&self) -> Reply {
        Reply::with_limit(self.reply_limit)
    }

    /// Sends a message, and waits until the events that it led to are handled.
    pub fn ask(
        &self,
        instance: &Instance,
        message: Message<'_>,
        deadline: Option<Duration>,
        reply: &mut Reply,
    ) -> Result<Answered, Fault> {
        let start = Instant::now();
        let mut message = message.cancel(self.interrupt.token());
        if let Some(at) = deadline.and_then(|wanted| start.checked_add(wanted)) {
            message = message.deadline(at);
        }
        let call = || instance.call(&message, reply).map(|response| response.is_success());
        let answer = guard::waiting_for(instance.name(), call);
        let elapsed_ns = nanoseconds(start);
        let settled = self.settle();
        self.bars.clear();
        let is_success = answer.map_err(|error| {
            let fault = Fault::from(error);
            if self.interrupt.is_asked() { fault.interrupted() } else { fault }
        })?;
        settled.map(|()| Answered { is_success, elapsed_ns })
    }

    /// Waits until every event is handled, so that what follows finds a still house.
    fn settle(&self) -> Result<(), Fault> {
        let start = Instant::now();
        while !self.host.settle(SETTLE_STEP) {
            if self.interrupt.is_asked() {
                return Ok(());
            }
            if start.elapsed() > self.settle_limit || self.gave_up.load(Ordering::Relaxed) {
                self.gave_up.store(true, Ordering::Relaxed);
                let names = self.host.unsettled().join(", ");
                let text =
                    format!("events are still being handled after {:?}: by {names}", self.settle_limit);
                return Err(Fault::data("rp::session::unsettled", text)
                    .help("look with -v what they work on; limits.wait_ms of rp.toml sets the time"));
            }
        }
        self.gave_up.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// Unloads everything, last loaded first.
    pub fn unload_all(&self) -> Vec<rp_host::Error> {
        guard::waiting_for("what it unloads", || self.host.unload_all())
    }

    /// Fails where the trace could not be written.
    pub fn check_trace(&self) -> Result<(), Fault> {
        self.trace.as_ref().map_or(Ok(()), |trace| trace.check())
    }
}

/// The object that --init hands over.
pub fn init_config(text: &str) -> Result<serde_json::Value, Fault> {
    match serde_json::from_str::<serde_json::Value>(text) {
        Ok(value) if value.is_object() => Ok(value),
        Ok(_) => {
            Err(Fault::environment("rp::usage", "--init: not a JSON object").help("give {} or {\"key\":…}"))
        }
        Err(error) => Err(Fault::environment("rp::usage", format!("--init: not valid JSON: {error}"))
            .help("quote it for the shell, as in '{\"key\":1}'")),
    }
}

/// The time since then.
pub fn nanoseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grants() {
        let options = |texts: &[&str]| HostOptions {
            trace: None,
            log: None,
            wasm_limits: Vec::new(),
            engine: EngineOptions::default(),
            grants: texts.iter().map(|text| parse_grant(text).expect("a grant")).collect(),
        };
        assert_eq!(options(&["call=a", "read=x.*", "call=b"]).grants.len(), 3);
        for (text, expected) in
            [("call", "KIND=NAME"), ("own=x", "none of"), ("read=", "the name is missing")]
        {
            let fault = parse_grant(text).expect_err(text);
            assert!(fault.contains(expected), "{text}: {fault}");
        }
    }
}
