//! Configures a host.

use std::io::Write;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::border::reply::DEFAULT_REPLY_LIMIT;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::pool::Pool;
use crate::error::ServiceError;
use crate::host::host::Host;
use crate::host::succession;
use crate::observe::log::LogRecord;
use crate::observe::observers::Observers;
use crate::observe::playback::Playback;
use crate::observe::progress::Progress;
use crate::observe::recorder::Recorder;
use crate::observe::trace::TraceRecord;
use crate::observe::trace_form::{TraceHead, TraceProgram};
use crate::observe::worker::WorkerEvent;
use crate::options::host::HostOptions;
use crate::options::trace::JsonPointer;
use crate::os;
use crate::platform::clock::system_now_us;
use crate::recording::RECORDING_VERSION;
use crate::services::events::{Events, Handler};
use crate::services::identity::Identity;
use crate::services::services::{OwnServices, Services};
use crate::services::store::Store;
use crate::services::{self, HeardEvent, Request, Service};

/// The most events that wait for one subscriber, unless another limit is given.
const DEFAULT_EVENT_LIMIT: usize = 1024;
/// The most bytes of all events that wait, unless another limit is given.
const DEFAULT_EVENT_BYTES: usize = 64 << 20;

/// Configures a host.
///
/// ```
/// use std::time::Duration;
/// let host = rp_host::Host::builder()
///     .name("my-program")
///     .version("1.0.0")
///     .wait_limit(Duration::from_secs(5))
///     .on_log(|line| eprintln!("{} {}: {}", line.level.as_str(), line.instance, line.text))
///     .build();
/// assert!(host.instances().is_empty());
/// ```
#[must_use]
pub struct HostBuilder {
    identity: Identity,
    observers: Observers,
    recording: Option<Box<dyn Write + Send>>,
    services: OwnServices,
    listeners: Vec<(String, Handler)>,
    store: Option<Arc<dyn Store>>,
    reply_limit: usize,
    wait_limit: Duration,
    event_limit: usize,
    event_bytes_limit: usize,
    call_threads: usize,
    worker_program: Option<PathBuf>,
}

impl HostBuilder {
    /// The name that modules read in `init`; `rp-host` unless given.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.identity.name);
        self
    }

    /// The version that modules read in `init`; this crate's unless given.
    pub fn version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.identity.version);
        self
    }

    /// Takes what the options give; the rest stays as it was.
    pub fn options(mut self, options: &HostOptions) -> Self {
        let HostOptions { name, version, limits, worker_program, trace } = options;
        self.identity.name = name.clone().unwrap_or(self.identity.name);
        self.identity.version = version.clone().unwrap_or(self.identity.version);
        self.reply_limit = limits.reply_bytes.map_or(self.reply_limit, Into::into);
        self.wait_limit = limits.wait().unwrap_or(self.wait_limit);
        self.event_limit = limits.queued_events.map_or(self.event_limit, Into::into);
        self.event_bytes_limit = limits.queued_event_bytes.map_or(self.event_bytes_limit, Into::into);
        self.worker_program = worker_program.clone().or(self.worker_program);
        trace.redact.iter().cloned().fold(self, Self::redact)
    }

    /// The most bytes that a response may have when a module sends to a module, at load and at unload, and in typed
    /// calls; [`DEFAULT_REPLY_LIMIT`] unless given. A caller's own [`Reply`](crate::Reply) has a limit of its own.
    pub fn reply_limit(mut self, bytes: usize) -> Self {
        self.reply_limit = bytes;
        self
    }

    /// How long a message without a deadline waits for a free call slot, and an unload for the calls in flight; 30 seconds
    /// unless given. The time that a subscriber has already spent on an event counts, and an unload that was given up is not
    /// waited for again when the host is dropped.
    ///
    /// Native code in this process cannot be stopped. If `create`, `init`, `shutdown` or `destroy` take longer than this, the host keeps
    /// waiting and writes a line to its log.
    pub fn wait_limit(mut self, limit: Duration) -> Self {
        self.wait_limit = limit;
        self
    }

    /// `sink` receives every message and its response, on the thread that sent it, before the answer goes back.
    ///
    /// ```
    /// let host = rp_host::Host::builder()
    ///     .trace(|record| eprintln!("{}", serde_json::to_string(record).unwrap_or_default()))
    ///     .build();
    /// ```
    pub fn trace(mut self, sink: impl Fn(&TraceRecord<'_>) + Send + Sync + 'static) -> Self {
        self.observers.trace = Some(Box::new(sink));
        self
    }

    /// Keeps what payloads and responses have at a place out of the trace, as `redact` of [`TraceOptions`](crate::TraceOptions)
    /// does; may be called more than once.
    ///
    /// ```
    /// let host = rp_host::Host::builder()
    ///     .redact("/args/password".parse().expect("a pointer"))
    ///     .trace(|record| eprintln!("{}", record.payload))
    ///     .build();
    /// ```
    pub fn redact(mut self, pointer: JsonPointer) -> Self {
        self.observers.redaction.add(pointer);
        self
    }

    /// Writes a recording to `sink`: a trace as JSON lines, with what it takes to play an instance again: what its clock and its
    /// random bytes were, with what it was loaded, and what it got for each message that it sent. `rp replay` drives a module
    /// through it, and [`LoadOptions::recorded`](crate::LoadOptions::recorded) answers from it in place of a module.
    ///
    /// Each line is written with one call of `write_all`, before the response is used, so nothing that was answered is lost when the
    /// process dies; give it a file, not a buffer. The sink calls nothing of the host. Instances that could handle several messages
    /// at once get one at a time. What a line cannot be written for is told by [`Host::check_recording`].
    ///
    /// A recording has payloads, configurations and random bytes as they are: keep it as you keep what is in them.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let file = std::fs::File::create("session.jsonl")?;
    /// let host = rp_host::Host::builder().record(file).build();
    /// host.load("libresearch_log.so")?;
    /// host.unload_all();
    /// host.check_recording()?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn record(mut self, sink: impl Write + Send + 'static) -> Self {
        self.recording = Some(Box::new(sink));
        self
    }

    /// Whether what happens is to be [recorded](HostBuilder::record) as it is although some of it is to be
    /// [kept out of the trace](HostBuilder::redact): no host can be built then.
    #[must_use]
    pub fn contradicts_itself(&self) -> bool {
        self.recording.is_some() && !self.observers.redaction.is_empty()
    }

    /// Counts the calls of each instance: [`Instance::counters`](crate::Instance::counters). As with a trace, every call takes the
    /// full path then, which is some hundred nanoseconds longer; a host that does not count pays nothing.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let host = rp_host::Host::builder().count_calls().build();
    /// let log = host.load("libresearch_log.so")?;
    /// let counters = log.counters().expect("the host counts");
    /// println!("{} calls, {} errors, {:?}", counters.calls, counters.errors, counters.time);
    /// # Ok(())
    /// # }
    /// ```
    pub fn count_calls(mut self) -> Self {
        self.observers.is_counting = true;
        self
    }

    /// Counts and times the messages of each instance by type and name, for [`Host::metrics`](crate::Host::metrics). As with a trace,
    /// every call takes the full path then, and under a lock of its instance for a moment; a host without metrics pays nothing.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let host = rp_host::Host::builder().metrics().build();
    /// let log = host.load("libresearch_log.so")?;
    /// log.describe()?;
    /// let metrics = host.metrics().expect("the host keeps them");
    /// println!("{}", metrics.to_openmetrics());
    /// # Ok(())
    /// # }
    /// ```
    pub fn metrics(mut self) -> Self {
        self.observers.has_metrics = true;
        self
    }

    /// Makes each call of an instance a span of `tracing`, with the target `rp` and the name `call`; its fields are `from`, `to`,
    /// `type`, `message_id` and `cause`. Spans nest as calls on one thread do, and the log lines of modules are in them. As with a
    /// trace, every call takes the full path then.
    #[cfg(feature = "tracing")]
    pub fn spans(mut self) -> Self {
        self.observers.has_spans = true;
        self
    }

    /// `sink` receives every log line, on the thread that wrote it.
    pub fn on_log(mut self, sink: impl Fn(&LogRecord<'_>) + Send + Sync + 'static) -> Self {
        self.observers.log = Some(Box::new(sink));
        self
    }

    /// `sink` receives every progress report, on the thread that sent it.
    pub fn on_progress(mut self, sink: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.observers.progress = Some(Box::new(sink));
        self
    }

    /// `sink` receives what happens to the workers of isolated modules, on the thread that notices it; let it return soon, and
    /// call nothing of the host in it. The log has the end of a worker and what follows, too.
    ///
    /// ```
    /// let host = rp_host::Host::builder().on_worker(|event| eprintln!("{event}")).build();
    /// # let _ = host;
    /// ```
    pub fn on_worker(mut self, sink: impl Fn(&WorkerEvent<'_>) + Send + Sync + 'static) -> Self {
        self.observers.worker = Some(Box::new(sink));
        self
    }

    /// The most events that may wait for one subscriber, 1024 unless given. One more is refused with `unavailable`, and
    /// reaches nobody.
    pub fn event_limit(mut self, events: usize) -> Self {
        self.event_limit = events;
        self
    }

    /// The most bytes that the payloads of all waiting or delivered events may have together; 64 MiB unless given. An event
    /// for several subscribers counts once. One that does not fit now is refused with `unavailable`, one that never fits with
    /// `too_large`, and it reaches nobody.
    pub fn event_bytes_limit(mut self, bytes: usize) -> Self {
        self.event_bytes_limit = bytes;
        self
    }

    /// The most threads that make asynchronous calls, such as [`Instance::command_async`](crate::Instance::command_async): as
    /// many as the machine has processors, but 2 to 16, unless given; 0 counts as 1. They are started when they are needed,
    /// and end when they are not. A call occupies one only while its module works for it, not while it waits for its turn.
    pub fn call_threads(mut self, threads: usize) -> Self {
        self.call_threads = threads;
        self
    }

    /// The program that the processes of isolated modules run: `rp-worker` or `rp`, of the same version as this crate. Unless it
    /// is given, it is this program itself if its main function begins with `rp_host::worker::serve_if_asked` (feature `worker`),
    /// or else the file `rp-worker` beside it.
    pub fn worker_program(mut self, path: impl Into<PathBuf>) -> Self {
        self.worker_program = Some(path.into());
        self
    }

    /// Replaces the clock that modules read, in microseconds since 1970; without it they read the system's.
    pub fn clock(mut self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.observers.clock = Some(Box::new(clock));
        self
    }

    /// Replaces the source of the random bytes that modules get. Repeatable bytes make runs repeatable, and ids
    /// guessable.
    pub fn random(mut self, random: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        self.observers.random = Some(Box::new(random));
        self
    }

    /// Answers the messages of one type that modules send, such as a type of the embedder's own. Messages of type `command`
    /// go to modules and never reach a service.
    ///
    /// ```
    /// use rp_host::{Host, ServiceError, Request};
    ///
    /// let host = Host::builder()
    ///     .service("genealogy.match", |request: &Request<'_>, data: &mut Vec<u8>| {
    ///         if request.payload == "{}" {
    ///             return Err(ServiceError::new("invalid_payload", "surname: missing"));
    ///         }
    ///         data.extend_from_slice(br#"{"people":[]}"#);
    ///         Ok(())
    ///     })
    ///     .build();
    /// ```
    pub fn service(self, message_type: &str, service: impl Service + 'static) -> Self {
        self.services.add(message_type, Arc::new(service));
        self
    }

    /// The same with types: the arguments are read from the payload, the result is written as the data of the response. What
    /// does not fit the type is answered `invalid_payload` with its place, such as `people[0].surname: missing`, and the
    /// function is not called.
    ///
    /// ```
    /// use rp_host::{Host, ServiceError};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Match { surname: String }
    ///
    /// let host = Host::builder()
    ///     .service_typed("genealogy.match", |request, args: Match| {
    ///         match args.surname.as_str() {
    ///             "" => Err(ServiceError::new("invalid_payload", "surname: empty")),
    ///             surname => Ok(vec![format!("{surname}, asked by {}", request.sender)]),
    ///         }
    ///     })
    ///     .build();
    /// # let _ = host;
    /// ```
    pub fn service_typed<A, R>(
        self,
        message_type: &str,
        answer: impl Fn(&Request<'_>, A) -> Result<R, ServiceError> + Send + Sync + 'static,
    ) -> Self
    where
        A: DeserializeOwned + 'static,
        R: Serialize + 'static,
    {
        self.service(message_type, services::typed(answer))
    }

    /// Calls `hear` with every event that the pattern covers: a name, `prefix.*` or `*`, as in [`Grants`](crate::Grants). Events
    /// are those of instances, the program's own, and the store's change events, each in the order of publication.
    ///
    /// Each function has a queue of [`event_limit`](HostBuilder::event_limit) events and a thread of its own, so it delays neither
    /// who emits nor other subscribers; if its queue is full, the event is answered `unavailable` and reaches nobody.
    /// [`Host::drain_events`] waits for it, so do not call that here. If it panics, the log says so and it hears the next event.
    /// To take events on a thread of the program's own, use [`Host::subscribe`].
    ///
    /// ```
    /// use std::sync::mpsc;
    ///
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let (sender, heard) = mpsc::channel();
    /// let host = rp_host::Host::builder()
    ///     .on_event("gene.*", move |event| sender.send(event.name.clone()).unwrap_or_default())
    ///     .build();
    /// host.publish("gene.found", &serde_json::json!({"id": 7}))?;
    /// assert_eq!(heard.recv().as_deref(), Ok("gene.found"));
    /// # Ok(())
    /// # }
    /// ```
    pub fn on_event(mut self, pattern: &str, hear: impl FnMut(&HeardEvent) + Send + 'static) -> Self {
        self.listeners.push((pattern.to_owned(), Box::new(hear)));
        self
    }

    /// The store for every query and mutation whose entity no module provides. Several hosts may share one store.
    ///
    /// ```
    /// use std::sync::Arc;
    /// use rp_host::{Host, store::SqliteStore};
    ///
    /// # fn main() -> Result<(), rp_host::Error> {
    /// let host = Host::builder().store(Arc::new(SqliteStore::in_memory()?)).build();
    /// # Ok(())
    /// # }
    /// ```
    pub fn store(mut self, store: Arc<dyn Store>) -> Self {
        self.store = Some(store);
        self
    }

    /// Builds the host.
    ///
    /// # Panics
    /// If the system cannot start the thread of a function of [`on_event`](HostBuilder::on_event), as `std::thread::spawn` does; if
    /// it [contradicts itself](HostBuilder::contradicts_itself).
    #[must_use]
    pub fn build(mut self) -> Host {
        assert!(
            !self.contradicts_itself(),
            "a recording has everything: record and redact exclude each other"
        );
        self.observers.recorder = self.recording.take().map(|sink| self.recorder(sink));
        if !self.observers.is_watching() {
            // Instances will ask for it. Registering takes microseconds while the process has one thread, and some ten
            // milliseconds from then on.
            os::has_barrier_on_every_thread();
        }
        let services = Services {
            dispatcher: Dispatcher::new(self.observers, self.reply_limit, self.wait_limit),
            pool: Pool::new(self.call_threads),
            events: Arc::new(Events::new(self.event_limit, self.event_bytes_limit)),
            store: self.store,
            own: self.services,
            identity: self.identity,
            worker_program: self.worker_program,
            process: std::process::id(),
            on_death: succession::restart,
        };
        for (pattern, hear) in self.listeners {
            let started = services.events.listen(&services.dispatcher.observers, pattern, hear);
            started.expect("the system starts a thread for a function of on_event");
        }
        Host::assemble(services)
    }
}

impl HostBuilder {
    /// Has what instances send answered in place of the host.
    pub(crate) fn playback(mut self, playback: Arc<dyn Playback>) -> Self {
        self.observers.playback = Some(playback);
        self
    }

    fn recorder(&self, sink: Box<dyn Write + Send>) -> Recorder {
        let Identity { name, version } = &self.identity;
        let since_origin = i64::try_from(self.observers.origin.0.elapsed().as_micros()).unwrap_or(i64::MAX);
        let (name, version) = (name.clone(), version.clone());
        let head = TraceHead {
            version: TraceHead::VERSION,
            recording: Some(RECORDING_VERSION),
            host: TraceProgram { name, version, pid: std::process::id() },
            origin_us: system_now_us().saturating_sub(since_origin),
            traceparent: None,
            modules: Vec::new(),
        };
        Recorder::begin(sink, &head)
    }
}

impl Host {
    /// A host with no services, the system's clock, and no log.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Configures a host.
    pub fn builder() -> HostBuilder {
        HostBuilder {
            identity: Identity {
                name: env!("CARGO_PKG_NAME").into(),
                version: env!("CARGO_PKG_VERSION").into(),
            },
            observers: Observers::default(),
            recording: None,
            services: OwnServices::default(),
            listeners: Vec::new(),
            store: None,
            reply_limit: DEFAULT_REPLY_LIMIT,
            wait_limit: Duration::from_secs(30),
            event_limit: DEFAULT_EVENT_LIMIT,
            event_bytes_limit: DEFAULT_EVENT_BYTES,
            call_threads: usual_call_threads(),
            worker_program: None,
        }
    }
}

fn usual_call_threads() -> usize {
    std::thread::available_parallelism().map_or(2, NonZeroUsize::get).clamp(2, 16)
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}
