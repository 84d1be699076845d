//! A host at work for a command.

use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use rp_host::config::ConfigFile;
use rp_host::{Host, HostBuilder, Instance, Message, Reply, Subscription, TraceRecord};
use serde_json::value::RawValue;

use super::interrupt::Interrupt;
use super::kept_log::KeptLog;
use super::loadable::Loadable;
use super::log;
use super::outer_trace;
use super::plan::HostPlan;
use super::progress::Bars;
use super::record;
use super::store::StoreAt;
use super::trace::Trace;
use super::trace_context::{TRACE_CONTEXT, TraceContext};
use crate::fault::Fault;
use crate::guard;
use crate::trace::trace_parent::TraceParent;

/// How long events may take to be handled unless a configuration says so.
const DRAIN_LIMIT: Duration = Duration::from_secs(30);
/// How often a wait checks for an interruption.
const DRAIN_STEP: Duration = Duration::from_millis(50);

/// A host, together with its trace, log and progress bars.
pub struct RunningHost {
    host: Host,
    config: Option<Rc<ConfigFile>>,
    /// The bars of long work.
    pub bars: Bars,
    /// The log, for those who compare it.
    pub kept_log: KeptLog,
    /// Whether the user wants the work to stop.
    pub interrupt: Interrupt,
    trace: Option<Arc<Trace>>,
    trace_parent: Option<TraceParent>,
    is_recorded: bool,
    reply_limit: usize,
    drain_limit: Duration,
    /// Whether a wait for events timed out: they are not waited for again until they are handled.
    gave_up: AtomicBool,
}

/// A response.
pub struct Response {
    /// As the module wrote it.
    pub text: String,
    pub is_success: bool,
    /// How long the answer took.
    pub elapsed_ns: u64,
}

impl Response {
    /// The response as a JSON value.
    pub fn json(&self) -> Result<&RawValue, Fault> {
        serde_json::from_str(&self.text)
            .map_err(|error| Fault::data("rp::call::invalid_response", error.to_string()))
    }
}

impl RunningHost {
    /// Opens the trace, the recording and the store, shows the log from now on, listens to Ctrl-C and builds the host.
    pub fn start(plan: HostPlan) -> Result<Self, Fault> {
        Self::start_with(plan, |bars| Interrupt::listen(bars.clone()))
    }

    /// The same, where something else than Ctrl-C may interrupt it.
    pub fn start_with(
        plan: HostPlan,
        listen: impl FnOnce(&Bars) -> Result<Interrupt, Fault>,
    ) -> Result<Self, Fault> {
        let mut inputs = plan.inputs;
        inputs.extend(plan.config.iter().flat_map(|file| file.inputs()));
        inputs.extend(plan.store.iter().flat_map(StoreAt::inputs));
        let record = plan.record.as_deref();
        let recording =
            record.map(|path| record::create(path, &inputs, plan.config.as_deref())).transpose()?;
        plan.trace.iter().for_each(|path| guard::tracing_to(path));
        let has_parent = plan.trace.is_some() || plan.record.is_some();
        let of_environment = || if has_parent { outer_trace::of_environment() } else { None };
        let trace_parent = plan.trace_parent.or_else(of_environment);
        let create = |path: PathBuf| Trace::create(&path, plan.trace_limits, trace_parent, &inputs);
        let trace = plan.trace.map(create).transpose()?;
        let bars = Bars::new(plan.is_verbose);
        log::install(plan.log, plan.is_verbose, bars.clone())?;
        let kept_log = KeptLog::default();
        let log = kept_log.clone();
        let mut builder = observed(trace.clone(), &bars, plan.is_verbose).on_log(move |line| log.hear(line));
        if let Some(file) = recording {
            builder = builder.record(file);
        }
        if plan.has_metrics {
            builder = builder.metrics();
        }
        if let Some(outer) = trace.as_ref().and_then(|trace| trace.outer()) {
            builder = builder.service(TRACE_CONTEXT, TraceContext(outer));
        }
        if let Some(file) = &plan.config {
            builder = file.configure(builder)?;
        }
        if let Some(at) = &plan.store {
            builder = builder.store(at.open()?);
        }
        let limits = plan.config.as_ref().map(|file| &file.host_options().limits);
        Ok(Self {
            host: builder.build(),
            interrupt: listen(&bars)?,
            bars,
            kept_log,
            trace,
            trace_parent,
            is_recorded: plan.record.is_some(),
            reply_limit: limits
                .and_then(|limits| limits.reply_bytes)
                .map_or(rp_host::DEFAULT_REPLY_LIMIT, Into::into),
            drain_limit: limits.and_then(|limits| limits.wait()).unwrap_or(DRAIN_LIMIT),
            gave_up: AtomicBool::new(false),
            config: plan.config,
        })
    }

    /// Loads one; answers it and how long that took in nanoseconds.
    pub fn load(&self, one: &Loadable) -> Result<(Instance, u64), Fault> {
        let start = Instant::now();
        let load = || self.host.load_with(&one.path, one.options.clone());
        match guard::waiting_for(&one.path.display().to_string(), load) {
            Ok(instance) => {
                let elapsed_ns = nanoseconds(start);
                self.trace.iter().for_each(|trace| trace.loaded(&instance));
                Ok((instance, elapsed_ns))
            }
            Err(error) => Err(one.blame(self.config.as_deref(), error)),
        }
    }

    /// The instance of that name, if it is loaded.
    pub fn instance(&self, name: &str) -> Option<Instance> {
        self.host.instance(name)
    }

    /// The span of another program under which the messages stand.
    #[cfg_attr(not(feature = "otlp"), expect(dead_code, reason = "only what sends spans asks for it"))]
    pub fn trace_parent(&self) -> Option<TraceParent> {
        self.trace_parent
    }

    /// Whether every message is written down.
    pub fn is_traced(&self) -> bool {
        self.trace.is_some() || self.is_recorded
    }

    /// The host itself.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The largest response, in bytes.
    pub fn reply_limit(&self) -> usize {
        self.reply_limit
    }

    /// Sends a message, and waits until the events that it led to are handled.
    pub fn ask(
        &self,
        instance: &Instance,
        message: Message<'_>,
        deadline: Option<Duration>,
    ) -> Result<Response, Fault> {
        let message = match deadline.and_then(|wanted| Instant::now().checked_add(wanted)) {
            Some(at) => message.deadline(at),
            None => message,
        };
        let call = |message: &Message<'_>, reply: &mut Reply| {
            instance.call(message, reply).map(|response| response.is_success())
        };
        self.exchange(instance.name(), message, call)
    }

    /// The same for a message of the owner, where one of a module would go.
    pub fn ask_as_owner(&self, message: Message<'_>) -> Result<Response, Fault> {
        let call = |message: &Message<'_>, reply: &mut Reply| {
            let answer = self.host.send(message, reply)?;
            Ok(matches!(answer, rp_protocol::Response::Success(_)))
        };
        self.exchange("host", message, call)
    }

    /// The events that are published from now on. Of those that nobody takes, the oldest are dropped.
    pub fn subscribe(&self, most: usize) -> Result<Subscription, Fault> {
        let subscribed = self.host.subscribe("*", most).map(Subscription::lossy);
        subscribed.map_err(|error| {
            Fault::environment("rp::session::deaf", format!("events cannot be heard: {error}"))
                .help_with(&error, "allow more open files")
        })
    }

    fn exchange(
        &self,
        whom: &str,
        message: Message<'_>,
        call: impl FnOnce(&Message<'_>, &mut Reply) -> Result<bool, rp_host::Error>,
    ) -> Result<Response, Fault> {
        let mut reply = Reply::with_limit(self.reply_limit);
        let start = Instant::now();
        let message = message.cancel(self.interrupt.token());
        let answer = guard::waiting_for(whom, || call(&message, &mut reply));
        let elapsed_ns = nanoseconds(start);
        let drained = self.drain_events();
        self.bars.clear();
        let is_success = answer.map_err(|error| {
            let fault = Fault::from(error);
            if self.interrupt.is_asked() { fault.interrupted() } else { fault }
        })?;
        drained?;
        Ok(Response { text: text(&reply)?, is_success, elapsed_ns })
    }

    /// Waits until every event is handled, so that the next message finds nothing in progress.
    pub fn drain_events(&self) -> Result<(), Fault> {
        let start = Instant::now();
        while !self.host.drain_events(DRAIN_STEP) {
            if self.interrupt.is_asked() {
                return Ok(());
            }
            if start.elapsed() > self.drain_limit || self.gave_up.load(Ordering::Relaxed) {
                self.gave_up.store(true, Ordering::Relaxed);
                let names = self.host.pending_subscribers().join(", ");
                let text = format!("events are still being handled after {:?}: by {names}", self.drain_limit);
                return Err(Fault::data("rp::session::unsettled", text).help(
                    "-v shows what they are working on; limits.wait_ms of rp.toml sets the time limit",
                ));
            }
        }
        self.gave_up.store(false, Ordering::Relaxed);
        Ok(())
    }

    /// How often isolated instances were started again; None where there are none.
    pub fn restarts(&self) -> Option<u64> {
        let instances = self.host.instances();
        instances
            .iter()
            .filter_map(Instance::worker)
            .map(|worker| worker.restarts)
            .reduce(|one, other| one + other)
    }

    /// Unloads everything, last loaded first.
    pub fn unload_all(&self) -> Vec<rp_host::Error> {
        let mut errors = guard::waiting_for("what it unloads", || self.host.unload_all());
        // `check_trace` tells of that.
        errors.retain(|error| error.code() != "rp::record::unwritable");
        self.trace.iter().for_each(|trace| trace.flush());
        errors
    }

    /// Fails where the trace or the recording could not be written.
    pub fn check_trace(&self) -> Result<(), Fault> {
        self.host.check_recording()?;
        self.trace.as_ref().map_or(Ok(()), |trace| trace.check())
    }
}

/// A host whose messages go to the trace and, if it is verbose, to standard error, and whose progress goes to the bars.
fn observed(trace: Option<Arc<Trace>>, bars: &Bars, is_verbose: bool) -> HostBuilder {
    let mut builder = Host::builder();
    if trace.is_some() || is_verbose {
        builder = builder.trace(sink(trace, is_verbose.then(|| bars.clone())));
    }
    if is_verbose {
        let bars = bars.clone();
        builder = builder.on_worker(move |event| log::write_worker(event, &bars));
    }
    let progress = bars.clone();
    builder.on_progress(move |report| progress.report(report))
}

/// Receives every message for the file and, with -v, for standard error.
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

/// The text of a response that the host has checked.
fn text(reply: &Reply) -> Result<String, Fault> {
    reply
        .text()
        .map(str::to_owned)
        .map_err(|error| Fault::data("rp::call::not_utf8", format!("the response is not UTF-8: {error}")))
}

/// The time since then.
pub fn nanoseconds(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_nanos()).unwrap_or(u64::MAX)
}
