//! The host: what it is made of, and the lives of its instances.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use rp_protocol::{HostIdentity, Init, PROTOCOL_VERSION, Response, message_type};
use serde_json::value::RawValue;

use crate::abi::rp_module;
use crate::border::message::Message;
use crate::border::module::Module;
use crate::border::reply::{DEFAULT_REPLY_LIMIT, Reply};
use crate::border::response::read_response;
use crate::calls::exchange::Alone;
use crate::calls::instance::{InstanceState, Life};
use crate::calls::wait_graph::Waits;
use crate::error::ServiceError;
use crate::error::{CallFault, Error, LoadFault};
use crate::host::instance_handle::Instance;
use crate::host_functions::rp_host::Lent;
use crate::loader;
use crate::observe::log::{Level, LogRecord};
use crate::observe::progress::Progress;
use crate::observe::step_watch;
use crate::observe::trace::TraceRecord;
use crate::options::load::LoadOptions;
use crate::platform::{current_step, os};
use crate::services::Service;
use crate::services::capabilities::ungranted;
use crate::services::events::{Emission, Events};
use crate::services::store::Store;

type TraceSink = Box<dyn Fn(&TraceRecord<'_>) + Send + Sync>;
type LogSink = Box<dyn Fn(&LogRecord<'_>) + Send + Sync>;
type ProgressSink = Box<dyn Fn(&Progress<'_>) + Send + Sync>;
type Clock = Box<dyn Fn() -> i64 + Send + Sync>;
type Random = Box<dyn Fn(&mut [u8]) + Send + Sync>;

/// Loads modules and keeps their instances.
///
/// Clones are handles to one host. When the last one is dropped, every instance that is still loaded is unloaded, the
/// newest first; what goes wrong then is written to the log.
///
/// ```no_run
/// use rp_host::{Host, LoadOptions};
///
/// # fn main() -> Result<(), rp_host::Error> {
/// let host = Host::new();
/// host.load("libtest_minimal.so")?;
/// // A second instance of it, with a name of its own.
/// host.load_with("libtest_minimal.so", LoadOptions::new().instance("other"))?;
/// for instance in host.instances() {
///     println!("{} {}", instance.name(), instance.manifest().version);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Host(Arc<HostGuard>);

struct HostGuard(Arc<HostState>);

impl Drop for HostGuard {
    fn drop(&mut self) {
        for inner in self.0.all().iter().rev() {
            // Who waited for it once, in vain, was told so.
            let (limit, was_told) =
                if inner.was_given_up() { (Duration::ZERO, true) } else { (self.0.wait_limit, false) };
            if let Err(error) = inner.unload_within(limit)
                && !was_told
            {
                self.0.log_own(Level::Error, &error.to_string());
            }
        }
    }
}

/// What every instance of a host shares. None of it is on the path of a call but what is constant.
pub(crate) struct HostState {
    name: String,
    version: String,
    pub(crate) reply_limit: usize,
    pub(crate) wait_limit: Duration,
    pub(crate) trace: Option<TraceSink>,
    log: Option<LogSink>,
    progress: Option<ProgressSink>,
    clock: Option<Clock>,
    random: Option<Random>,
    services: HashMap<String, Box<dyn Service>>,
    pub(crate) store: Option<Arc<dyn Store>>,
    instances: RwLock<Vec<Arc<InstanceState>>>,
    pub(crate) waits: Waits,
    pub(crate) events: Events,
}

impl std::fmt::Debug for HostState {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("name", &self.name).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("instances", &self.0.0.all()).finish_non_exhaustive()
    }
}

/// Who the host is in its log and its trace; no instance has that name.
const HOST_NAME: &str = "host";

/// Events that wait for one subscriber unless another limit is given.
const DEFAULT_EVENT_LIMIT: usize = 1024;
/// Bytes of all events that wait unless another limit is given.
const DEFAULT_EVENT_BYTES: usize = 64 << 20;

/// Says how a host is to be.
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
pub struct HostBuilder(HostState);

impl HostBuilder {
    /// The name that modules read in `init`; `rp-host` unless given.
    pub fn name(mut self, name: &str) -> Self {
        name.clone_into(&mut self.0.name);
        self
    }

    /// The version that modules read in `init`; this crate's unless given.
    pub fn version(mut self, version: &str) -> Self {
        version.clone_into(&mut self.0.version);
        self
    }

    /// The most bytes that a response may have where a module sends to a module, at load and at unload, and in typed
    /// calls; [`DEFAULT_REPLY_LIMIT`] unless given. A caller's own [`Reply`] has a limit of its own.
    pub fn reply_limit(mut self, bytes: usize) -> Self {
        self.0.reply_limit = bytes;
        self
    }

    /// How long a message without a deadline waits for its turn, and an unload for the calls in flight; 30 seconds unless
    /// given. The time that a subscriber has been at work on an event already counts, and an unload that was given up is
    /// not waited for again when the host is dropped.
    ///
    /// Native code cannot be ended. Where `create`, `init`, `shutdown` or `destroy` take longer than this, the host goes on
    /// waiting and says so in its log.
    pub fn wait_limit(mut self, limit: Duration) -> Self {
        self.0.wait_limit = limit;
        self
    }

    /// Gets every message and its response, on the thread that sent it, before the answer goes back.
    ///
    /// ```
    /// let host = rp_host::Host::builder()
    ///     .trace(|record| eprintln!("{}", serde_json::to_string(record).unwrap_or_default()))
    ///     .build();
    /// ```
    pub fn trace(mut self, sink: impl Fn(&TraceRecord<'_>) + Send + Sync + 'static) -> Self {
        self.0.trace = Some(Box::new(sink));
        self
    }

    /// Gets every line of log, on the thread that wrote it.
    pub fn on_log(mut self, sink: impl Fn(&LogRecord<'_>) + Send + Sync + 'static) -> Self {
        self.0.log = Some(Box::new(sink));
        self
    }

    /// Gets every report of progress, on the thread that sent it.
    pub fn on_progress(mut self, sink: impl Fn(&Progress<'_>) + Send + Sync + 'static) -> Self {
        self.0.progress = Some(Box::new(sink));
        self
    }

    /// The most events that wait for one subscriber, 1024 unless given. Whoever emits one more is answered
    /// `unavailable`, and the event reaches nobody.
    pub fn event_limit(mut self, events: usize) -> Self {
        self.0.events.set_limit(events);
        self
    }

    /// The most bytes that the payloads of all events have which wait in the host, or are being delivered; 64 MiB unless
    /// given. An event that several subscribers wait for counts once. Whoever emits one that does not fit is answered
    /// `unavailable`, or `too_large` where it never would, and the event reaches nobody.
    pub fn event_bytes_limit(mut self, bytes: usize) -> Self {
        self.0.events.set_bytes_limit(bytes);
        self
    }

    /// The clock that modules read, in microseconds since 1970; the system's unless given.
    pub fn clock(mut self, clock: impl Fn() -> i64 + Send + Sync + 'static) -> Self {
        self.0.clock = Some(Box::new(clock));
        self
    }

    /// The random bytes that modules get; the system's unless given. Repeatable bytes make repeatable runs, and ids that
    /// anyone can guess.
    pub fn random(mut self, random: impl Fn(&mut [u8]) + Send + Sync + 'static) -> Self {
        self.0.random = Some(Box::new(random));
        self
    }

    /// Answers the messages of one type that modules send; an embedder's own types arrive here. `command` is routed to
    /// modules and never gets here.
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
    pub fn service(mut self, message_type: &str, service: impl Service + 'static) -> Self {
        self.0.services.insert(message_type.to_owned(), Box::new(service));
        self
    }

    /// Where queries and mutations go whose entity no module provides with a grant. A host may share its store with others.
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
        self.0.store = Some(store);
        self
    }

    /// The host.
    #[must_use]
    pub fn build(self) -> Host {
        if self.0.trace.is_none() {
            // Instances will ask. To register takes microseconds while the process has one thread, and some ten
            // milliseconds from then on.
            os::has_barrier_on_every_thread();
        }
        Host(Arc::new(HostGuard(Arc::new(self.0))))
    }
}

impl Default for Host {
    fn default() -> Self {
        Self::new()
    }
}

impl Host {
    /// A host with no services, the system's clock, and no log.
    #[must_use]
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// Says how the host is to be.
    pub fn builder() -> HostBuilder {
        HostBuilder(HostState {
            name: env!("CARGO_PKG_NAME").into(),
            version: env!("CARGO_PKG_VERSION").into(),
            reply_limit: DEFAULT_REPLY_LIMIT,
            wait_limit: Duration::from_secs(30),
            trace: None,
            log: None,
            progress: None,
            clock: None,
            random: None,
            services: HashMap::new(),
            store: None,
            instances: RwLock::default(),
            waits: Waits::default(),
            events: Events::new(DEFAULT_EVENT_LIMIT, DEFAULT_EVENT_BYTES),
        })
    }

    /// Loads a module and starts one instance of it, named like the module.
    ///
    /// # Trust
    /// A native module is code in this process: from its initialisers on it can do all that the program can, and one that
    /// breaks the rules of `rp_module.h` can corrupt memory, which no host can prevent. Whoever names the file vouches for
    /// it, as for a library that the program is linked with. Load what you trust, and pin it with
    /// [`LoadOptions::sha256`] where others can write the file. A WebAssembly module asks for no such trust: it runs in a
    /// sandbox, and reaches what the host lends and the options grant, within its limits.
    ///
    /// # Errors
    /// Whatever keeps the module from being ready; nothing of it is left then. See [`LoadFault`].
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Instance, Error> {
        self.load_with(path, LoadOptions::new())
    }

    /// Loads a module and starts one instance of it.
    ///
    /// # Trust
    /// As for [`load`](Host::load): native code is trusted, WebAssembly need not be.
    ///
    /// # Errors
    /// As for [`load`](Host::load), and where the module is not what the options expect.
    pub fn load_with(&self, path: impl AsRef<Path>, options: LoadOptions) -> Result<Instance, Error> {
        let path = path.as_ref();
        let load = || {
            let module = loader::load::load(path, &options)?;
            if let Some(notice) = &module.info().notice {
                self.0.0.log_own(Level::Warn, notice);
            }
            self.0.0.start(module, &options)
        };
        load().map(Instance).map_err(|fault| Error::load(path, fault))
    }

    /// Starts an instance of a module that is linked into this program.
    ///
    /// # Errors
    /// As for [`load`](Host::load).
    ///
    /// # Safety
    /// `entry` is the entry of a module that keeps the rules of `rp_module.h`; its table and the functions in it are valid
    /// for the life of the process.
    pub unsafe fn add_static(
        &self,
        entry: unsafe extern "C" fn() -> *const rp_module,
        options: LoadOptions,
    ) -> Result<Instance, Error> {
        let add = || {
            // SAFETY: the caller's promise.
            let module = unsafe { loader::linked::load(entry) }?;
            options.expect(&module.info().manifest)?;
            self.0.0.start(module, &options)
        };
        add()
            .map(Instance)
            .map_err(|fault| Error::add_static(options.instance.as_deref().unwrap_or("?"), fault))
    }

    /// The instance of that name.
    #[must_use]
    pub fn instance(&self, name: &str) -> Option<Instance> {
        self.0.0.by_name(name).map(Instance)
    }

    /// Emits an event to every instance that subscribed to it.
    ///
    /// # Errors
    /// Where the queue of a subscriber is full, or too many bytes wait: the event reaches nobody.
    pub fn emit(&self, event: &rp_protocol::Event<'_>) -> Result<(), Error> {
        let fault = |fault| Error::call("host", "emit", fault);
        let payload = serde_json::to_string(event).map_err(|error| fault(CallFault::Arguments(error)))?;
        let emission = Emission { name: &event.event, entity: None, sender: 0, cause: 0, hops: 0 };
        let emitted = self.0.0.events.emit(emission, &payload);
        emitted.map_err(|refusal| fault(CallFault::from_service_error(&refusal)))
    }

    /// Waits until every event that was emitted has been handled; false where that takes longer than `limit`.
    #[must_use]
    pub fn settle(&self, limit: Duration) -> bool {
        self.0.0.events.settle(limit)
    }

    /// The instances that events wait for, or are being delivered to.
    #[must_use]
    pub fn unsettled(&self) -> Vec<String> {
        self.0.0.events.unsettled()
    }

    /// Every instance, in the order of loading.
    #[must_use]
    pub fn instances(&self) -> Vec<Instance> {
        self.0.0.all().into_iter().map(Instance).collect()
    }

    /// Unloads every instance, the newest first; answers what went wrong. An instance that could not be unloaded, since it
    /// is still at work, stays loaded. A store that lost what it had answered is among the errors.
    pub fn unload_all(&self) -> Vec<Error> {
        self.0.0.unload_all()
    }
}

impl HostState {
    /// Brings a module to ready, or leaves nothing of it: create, init (rule 6).
    fn start(
        self: &Arc<Self>,
        module: Arc<dyn Module>,
        options: &LoadOptions,
    ) -> Result<Arc<InstanceState>, LoadFault> {
        let name = options.instance.clone().unwrap_or_else(|| module.info().manifest.name.clone());
        if name == HOST_NAME {
            return Err(LoadFault::ReservedName(name));
        }
        let payload = self.init_payload(&name, options)?;
        if self.by_name(&name).is_some_and(|other| other.life() != Life::Dead) {
            return Err(LoadFault::DuplicateName(name));
        }
        if let Some(notice) = ungranted(&name, &module.info().manifest, &options.grants) {
            self.log_own(Level::Warn, &notice);
        }
        let lent = Lent::lend(self, &name);
        let create = || current_step::during(&name, "ran create", || module.create(lent.link(), options));
        let guest = step_watch::during(self, &name, "create", create).inspect_err(|_| lent.close())?;
        let inner = InstanceState::new(Arc::clone(self), name, options.grants.clone(), module, guest, lent);
        let inner = Arc::new(inner);
        lent.open(&inner);
        if let Err(fault) = self.enter(&inner) {
            self.end_quietly(&inner);
            return Err(fault);
        }
        let ready = inner
            .init(&payload)
            .map_err(|fault| LoadFault::InitFailed { instance: inner.name.clone(), fault });
        let ready = ready.and_then(|()| self.events.subscribe(&inner).map_err(LoadFault::NoThread));
        if let Err(fault) = ready {
            self.end_quietly(&inner);
            self.leave(&inner);
            return Err(fault);
        }
        Ok(inner)
    }

    /// Ends an instance that did not become ready; why it did not is told, so what `destroy` met goes to the log.
    fn end_quietly(&self, inner: &InstanceState) {
        if let Err(fault) = inner.end() {
            self.log_own(Level::Error, &Error::call(&inner.name, "destroy", fault).to_string());
        }
    }

    fn init_payload(&self, instance: &str, options: &LoadOptions) -> Result<String, LoadFault> {
        if !options.config.is_object() {
            return Err(LoadFault::ConfigNotAnObject);
        }
        let not_an_object = |_| LoadFault::ConfigNotAnObject;
        let config = RawValue::from_string(options.config.to_string()).map_err(not_an_object)?;
        let init = Init {
            instance: instance.into(),
            config: &config,
            host: HostIdentity {
                name: self.name.as_str().into(),
                version: self.version.as_str().into(),
                protocol: PROTOCOL_VERSION.into(),
            },
        };
        serde_json::to_string(&init).map_err(not_an_object)
    }

    /// Makes an instance known by its name and by what it provides, unless others are known by them. A dead one gives its
    /// name up.
    fn enter(&self, inner: &Arc<InstanceState>) -> Result<(), LoadFault> {
        let mut instances = self.instances.write().unwrap_or_else(PoisonError::into_inner);
        instances.retain(|other| other.name != inner.name || other.life() != Life::Dead);
        if instances.iter().any(|other| other.name == inner.name) {
            return Err(LoadFault::DuplicateName(inner.name.clone()));
        }
        for entity in inner.provided() {
            if let Some(other) = instances.iter().find(|other| other.provides(entity)) {
                return Err(LoadFault::DuplicateEntity {
                    entity: entity.clone(),
                    provider: other.name.clone(),
                });
            }
        }
        instances.push(Arc::clone(inner));
        Ok(())
    }

    fn leave(&self, inner: &Arc<InstanceState>) {
        let mut instances = self.instances.write().unwrap_or_else(PoisonError::into_inner);
        instances.retain(|other| !Arc::ptr_eq(other, inner));
    }

    fn all(&self) -> Vec<Arc<InstanceState>> {
        self.instances.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn pick(&self, wanted: impl Fn(&InstanceState) -> bool) -> Option<Arc<InstanceState>> {
        let instances = self.instances.read().unwrap_or_else(PoisonError::into_inner);
        instances.iter().find(|inner| wanted(inner)).map(Arc::clone)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Arc<InstanceState>> {
        self.pick(|inner| inner.name == name)
    }

    /// The instance that answers queries and mutations of an entity.
    pub(crate) fn provider(&self, entity: &str) -> Option<Arc<InstanceState>> {
        self.pick(|inner| inner.provides(entity))
    }

    /// The instance that works on message `id`, and the message's cause.
    pub(crate) fn find_message(&self, id: u64) -> Option<(u64, u64)> {
        if id == 0 {
            return None;
        }
        let instances = self.instances.read().unwrap_or_else(PoisonError::into_inner);
        instances.iter().find_map(|inner| inner.turns().find(id).map(|slot| (inner.number(), slot.cause())))
    }

    /// Takes a message back, and with it everything that is sent in its service.
    pub(crate) fn cancel_message(&self, id: u64) {
        for inner in self.all() {
            for slot in inner.turns().slots() {
                slot.occupants()
                    .filter(|occupant| self.serves(*occupant, id))
                    .for_each(|occupant| slot.cancel(occupant));
            }
        }
        self.waits.wake(|waiter| waiter.chain.contains(&id));
    }

    fn serves(&self, message: u64, id: u64) -> bool {
        let cause = |message: &u64| self.find_message(*message).map(|(_, cause)| cause);
        std::iter::successors(Some(message), cause).any(|message| message == id)
    }

    fn unload_all(&self) -> Vec<Error> {
        let all = self.all();
        let mut errors: Vec<Error> = all.iter().rev().filter_map(|inner| inner.unload().err()).collect();
        if !all.is_empty() {
            // The last changes were answered, and nobody asks for more.
            errors.extend(self.store.as_ref().and_then(|store| store.check().err()));
        }
        errors
    }

    pub(crate) fn service(&self, message_type: &str) -> Option<&dyn Service> {
        self.services.get(message_type).map(Box::as_ref)
    }

    pub(crate) fn record(&self, record: &TraceRecord<'_>) {
        if let Some(trace) = &self.trace {
            trace(record);
        }
    }

    pub(crate) fn log(&self, record: &LogRecord<'_>) {
        #[cfg(feature = "tracing")]
        record.emit();
        if let Some(log) = &self.log {
            log(record);
        }
    }

    pub(crate) fn log_own(&self, level: Level, text: &str) {
        self.log(&LogRecord { instance: HOST_NAME, module: HOST_NAME, message_id: 0, cause: 0, level, text });
    }

    pub(crate) fn progress(
        &self,
        instance: &str,
        message_id: u64,
        event: &rp_protocol::Event<'_>,
    ) -> Result<(), ServiceError> {
        let progress = Progress::read(instance, message_id, event)?;
        if let Some(sink) = &self.progress {
            sink(&progress);
        }
        Ok(())
    }

    pub(crate) fn now_us(&self) -> i64 {
        self.clock.as_ref().map_or_else(crate::platform::clock::system_now_us, |clock| clock())
    }

    pub(crate) fn random(&self, bytes: &mut [u8]) {
        match &self.random {
            Some(random) => random(bytes),
            None => crate::platform::clock::system_random(bytes),
        }
    }
}

impl InstanceState {
    /// Runs `init` alone; the instance is ready after it.
    fn init(self: &Arc<Self>, payload: &str) -> Result<(), CallFault> {
        let alone = self.be_alone(self.shared.wait_limit)?;
        self.ask_alone(&alone, message_type::INIT, payload)?;
        self.set_life(Life::Ready);
        Ok(())
    }

    fn ask_alone(
        &self,
        alone: &Alone<'_>,
        message_type: &'static str,
        payload: &str,
    ) -> Result<(), CallFault> {
        let mut reply = Reply::with_limit(self.shared.reply_limit);
        let message = Message::new(message_type, payload);
        let status = step_watch::during(&self.shared, &self.name, message_type, || {
            self.deliver_alone(alone, &message, &mut reply)
        })?;
        match read_response(status, &reply)? {
            Response::Success(_) => Ok(()),
            Response::Error(body) => Err(CallFault::from_answer(&body)),
        }
    }

    /// Ends an instance: the calls in flight, `shutdown` alone, `destroy` (rule 6).
    ///
    /// # Errors
    /// Where it is still at work after the wait limit (it stays loaded then), or where `shutdown` or `destroy` failed (it is
    /// gone).
    pub(crate) fn unload(self: &Arc<Self>) -> Result<(), Error> {
        self.unload_within(self.shared.wait_limit)
    }

    /// The same, where the calls in flight have this long to end.
    fn unload_within(self: &Arc<Self>, limit: Duration) -> Result<(), Error> {
        let error = |operation: &str, fault| Error::call(&self.name, operation, fault);
        if self.life() == Life::Dead {
            self.shared.leave(self);
            return Ok(());
        }
        if !self.advance(Life::Ready, Life::Closing) {
            return Err(error("unload", self.unavailable()));
        }
        self.turns().wake();
        let alone = match self.await_calls(limit) {
            Ok(alone) => alone,
            Err(fault) => {
                self.advance(Life::Closing, Life::Ready);
                return Err(error("unload", fault));
            }
        };
        self.shared.events.unsubscribe(self);
        let answer = self.shutdown(&alone);
        alone.for_ever();
        let ended = self.end();
        self.shared.leave(self);
        answer.map_err(|fault| error("shutdown", fault))?;
        ended.map_err(|fault| error("destroy", fault))
    }

    /// Waits for the calls in flight. What a subscriber has taken for an event already is part of the time.
    fn await_calls(self: &Arc<Self>, limit: Duration) -> Result<Alone<'_>, CallFault> {
        let since = self.shared.events.at_work(self);
        let already = since.map_or(Duration::ZERO, |since| since.elapsed());
        self.be_alone(limit.saturating_sub(already)).map_err(|fault| match fault {
            CallFault::Timeout { waited } => {
                self.give_up();
                let step = if since.is_some() { "events" } else { "calls in flight" };
                CallFault::StillAtWork { step, waited: waited + already }
            }
            fault => fault,
        })
    }

    fn shutdown(&self, alone: &Alone<'_>) -> Result<(), CallFault> {
        match self.ask_alone(alone, message_type::SHUTDOWN, "{}") {
            // A plain module may know neither `shutdown` nor `describe`.
            Err(CallFault::Answered { .. }) if self.module.info().profile == crate::Profile::Plain => Ok(()),
            answer => answer,
        }
    }

    /// Closes what the instance was lent, then destroys it with no lock held, so that it can join its threads.
    fn end(&self) -> Result<(), CallFault> {
        if self.life() == Life::Dead {
            return Ok(());
        }
        self.set_life(Life::Closed);
        self.lent.close();
        self.shared.waits.wake(|waiter| waiter.sender == Some(self.number()));
        step_watch::during(&self.shared, &self.name, "destroy", || {
            current_step::during(&self.name, "ran destroy", || {
                // SAFETY: no call is in flight, or none ever was, and none follows, since the instance is closed (rule 6).
                unsafe { self.guest.destroy() }
            })
        })
    }
}
