//! The host as an embedder sees it: loading modules and finding instances.

use std::path::Path;
use std::sync::{Arc, Weak};
use std::time::Duration;

use serde_core::Serialize;
use serde_core::de::DeserializeOwned;

use crate::abi::rp_module;
use crate::border::module::Module;
use crate::calls::instance::InstanceState;
use crate::error::{CallFault, Error, HostFault, LoadFault, ServiceError};
use crate::host::instance_handle::Instance;
use crate::host::{lifecycle, metrics, recorded};
use crate::loader;
use crate::loader::scan::Scan;
use crate::observe::log::Level;
use crate::observe::metrics::Metrics;
use crate::observe::observers::Observers;
use crate::observe::recorder::Recorder;
use crate::options::load::LoadOptions;
use crate::services::services::Services;
use crate::services::{self, Request, Service, Subscription};

/// Loads modules and keeps their instances.
///
/// Clones are handles to one host. When the last one is dropped, every instance that is still loaded is unloaded, the
/// newest first; what goes wrong then is written to the log. Functions of [`on_event`](crate::HostBuilder::on_event) handle what
/// they have not heard yet; the host waits for them, at most as long as its wait limit.
///
/// A process that is forked from that of a host has none of the host's threads: there, what loads, unloads, sends or publishes
/// fails with `rp::host::forked`, and dropping the host does nothing. Make no calls there.
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

/// A handle that does not keep its host alive: for services and functions of
/// [`on_event`](crate::HostBuilder::on_event), which the host itself holds.
///
/// ```
/// use rp_host::Host;
///
/// let host = Host::new();
/// let weak = host.downgrade();
/// host.add_service_typed("instances", move |_, _: serde_json::Value| {
///     Ok(weak.upgrade().map(|host| host.instances().len()))
/// });
/// ```
#[derive(Clone)]
pub struct WeakHost(Weak<HostGuard>);

impl WeakHost {
    /// The host; `None` once its last handle was dropped.
    #[must_use]
    pub fn upgrade(&self) -> Option<Host> {
        self.0.upgrade().map(Host)
    }
}

impl std::fmt::Debug for WeakHost {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("WeakHost").finish_non_exhaustive()
    }
}

/// Unloads every instance when the last handle to the host is dropped.
struct HostGuard {
    services: Arc<Services>,
}

impl Drop for HostGuard {
    fn drop(&mut self) {
        if self.services.is_forked() {
            // Its threads are the parent's, and would be waited for in vain.
            std::mem::forget(Arc::clone(&self.services));
            return;
        }
        let dispatcher = &self.services.dispatcher;
        for instance in dispatcher.registry.all().iter().rev() {
            // An unload that waited for it in vain has already reported that.
            let was_told = instance.was_given_up();
            let limit = if was_told { Duration::ZERO } else { dispatcher.wait_limit };
            if let Err(error) = lifecycle::unload_within(&self.services, instance, limit)
                && !was_told
            {
                dispatcher.observers.log_own(Level::Error, &error.to_string());
            }
        }
        if !self.services.pool.close() {
            let text =
                "whoever awaits a call is still being told of it, and the host no longer waits for that";
            dispatcher.observers.log_own(Level::Warn, text);
        }
        if !self.services.events.finish(dispatcher.wait_limit) {
            let text = "a function of on_event still runs, and the host no longer waits for it";
            dispatcher.observers.log_own(Level::Warn, text);
        }
    }
}

impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host").field("instances", &self.instances()).finish_non_exhaustive()
    }
}

impl Host {
    pub(super) fn assemble(services: Services) -> Self {
        Host(Arc::new(HostGuard { services: Arc::new(services) }))
    }

    /// A handle that does not keep the host alive.
    #[must_use]
    pub fn downgrade(&self) -> WeakHost {
        WeakHost(Arc::downgrade(&self.0))
    }

    pub(crate) fn services(&self) -> &Arc<Services> {
        &self.0.services
    }

    fn observers(&self) -> &Observers {
        &self.0.services.dispatcher.observers
    }

    pub(super) fn handle(&self, state: Arc<InstanceState>) -> Instance {
        Instance::new(state, Arc::clone(&self.0.services))
    }

    fn start(&self, module: Arc<dyn Module>, options: &LoadOptions) -> Result<Instance, LoadFault> {
        let state = lifecycle::start(&self.0.services, module, options)?;
        Ok(self.handle(state))
    }

    /// Loads a module and starts one instance of it, named like the module.
    ///
    /// # Trust
    /// A native module is code in this process: from its initialisers on it can do all that the program can, and one that
    /// breaks the rules of `rp_module.h` can corrupt memory, which no host can prevent. Whoever names the file vouches for
    /// it, as for a library that the program is linked with. Load what you trust, and pin it with
    /// [`LoadOptions::sha256`] where others can write the file. A WebAssembly module needs no such trust:
    /// [`load_wasm`](Host::load_wasm) loads nothing else.
    ///
    /// # Errors
    /// If the module cannot be made ready; nothing of it remains then. See [`LoadFault`] for the reasons.
    pub fn load(&self, path: impl AsRef<Path>) -> Result<Instance, Error> {
        self.load_with(path, LoadOptions::new())
    }

    /// Loads a module and starts one instance of it.
    ///
    /// # Trust
    /// As for [`load`](Host::load): native code is trusted, WebAssembly need not be.
    ///
    /// # Errors
    /// As for [`load`](Host::load), and if the module is not what the options expect.
    pub fn load_with(&self, path: impl AsRef<Path>, mut options: LoadOptions) -> Result<Instance, Error> {
        self.services().check_process()?;
        let path = path.as_ref();
        let mut load = || {
            let module = self.read_module(path, &mut options)?;
            self.start(module, &options)
        };
        load().map_err(|fault| Error::load(path, fault))
    }

    pub(crate) fn read_module(
        &self,
        path: &Path,
        options: &mut LoadOptions,
    ) -> Result<Arc<dyn Module>, LoadFault> {
        if self.observers().recorder.is_some() && options.recorded.is_none() {
            recorded::pin(path, options)?;
        }
        let mut options = options.clone();
        options.worker_program.clone_from(&self.services().worker_program);
        let module = loader::load::load(path, &options)?;
        if let Some(notice) = &module.info().notice {
            self.observers().log_own(Level::Warn, notice);
        }
        Ok(module)
    }

    /// Loads a WebAssembly module and starts one instance of it. The file need not be trusted: a native library is refused
    /// before any of it is loaded, and a sandboxed module reaches only what the host provides and the options grant, within its
    /// limits.
    ///
    /// ```
    /// use rp_host::{Host, LoadOptions};
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let native = std::env::current_exe()?;
    /// let error = Host::new().load_wasm(native, LoadOptions::new()).unwrap_err();
    /// assert_eq!(error.code(), "rp::load::not_wasm");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// As for [`load_with`](Host::load_with), and if the file is not WebAssembly.
    pub fn load_wasm(&self, path: impl AsRef<Path>, mut options: LoadOptions) -> Result<Instance, Error> {
        options.is_wasm_only = true;
        self.load_with(path, options)
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
        self.services().check_process()?;
        let add = || {
            // SAFETY: the caller knows `entry` to be a module's entry that keeps the rules, its table valid for good.
            let module = unsafe { loader::linked::load(entry) }?;
            options.expect(&module.info().manifest)?;
            self.start(module, &options)
        };
        add().map_err(|fault| Error::add_static(options.instance.as_deref().unwrap_or("?"), fault))
    }

    /// The instance with that name.
    #[must_use]
    pub fn instance(&self, name: &str) -> Option<Instance> {
        self.0.services.dispatcher.registry.by_name(name).map(|state| self.handle(state))
    }

    /// What a folder holds that could be loaded: see [`scan`](crate::scan).
    ///
    /// # Errors
    /// If the folder cannot be read.
    pub fn scan(&self, folder: impl AsRef<Path>) -> std::io::Result<Scan> {
        loader::scan::scan(folder)
    }

    /// Ends the instance with that name; see [`Instance::unload`].
    ///
    /// # Errors
    /// As there, and if there is no such instance.
    pub fn unload(&self, name: &str) -> Result<(), Error> {
        self.named(name, "unload")?.unload()
    }

    /// The instance with that name, for an operation.
    pub(super) fn named(&self, name: &str, operation: &str) -> Result<Instance, Error> {
        let missing = || CallFault::Unavailable("no instance has this name");
        self.instance(name).ok_or_else(|| Error::call(name, operation, missing()))
    }

    /// Adds a service, or replaces the one of that type; see [`HostBuilder::service`](crate::HostBuilder::service). A message
    /// that the earlier one is answering is answered by that.
    ///
    /// The host keeps the service, so one that holds a clone of the [`Host`] keeps that alive until it is
    /// [removed](Host::remove_service); a [`WeakHost`] does not.
    pub fn add_service(&self, message_type: &str, service: impl Service + 'static) {
        self.services().own.add(message_type, Arc::new(service));
    }

    /// Adds a service with types, or replaces the one of that message type; see
    /// [`HostBuilder::service_typed`](crate::HostBuilder::service_typed).
    pub fn add_service_typed<A, R>(
        &self,
        message_type: &str,
        answer: impl Fn(&Request<'_>, A) -> Result<R, ServiceError> + Send + Sync + 'static,
    ) where
        A: DeserializeOwned + 'static,
        R: Serialize + 'static,
    {
        self.add_service(message_type, services::typed(answer));
    }

    /// Removes the service of that type; false if there is none. Messages of that type are answered `not_supported` from now
    /// on; one that is being answered is answered.
    pub fn remove_service(&self, message_type: &str) -> bool {
        self.services().own.remove(message_type)
    }

    /// Subscribes the program to events, which it takes when it likes: those of instances, its own, and the store's change
    /// events. `pattern` is a name, `prefix.*` or `*`, as in [`Grants`](crate::Grants); at most `limit` events wait, see
    /// [`Subscription`]. For a function that is called with each event there is
    /// [`on_event`](crate::HostBuilder::on_event).
    ///
    /// ```
    /// use std::time::Duration;
    ///
    /// # fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let host = rp_host::Host::new();
    /// let imports = host.subscribe("import.*", 16)?;
    /// host.publish("import.finished", &serde_json::json!({"people": 1204}))?;
    /// let event = imports.next(Duration::from_secs(1)).expect("it was published");
    /// assert_eq!((&*event.name, &*event.from), ("import.finished", "host"));
    /// assert_eq!(event.data::<serde_json::Value>()?["people"], 1204);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// If the system has no file descriptor, or no handle, left.
    pub fn subscribe(&self, pattern: &str, limit: usize) -> std::io::Result<Subscription> {
        self.services().events.subscribe_host(pattern, limit)
    }

    /// Waits until every published event has been handled, by instances and by functions of
    /// [`on_event`](crate::HostBuilder::on_event); false if that takes longer than `limit`. What was published before is in the
    /// [subscriptions](Host::subscribe) then, which the program itself empties.
    #[must_use]
    pub fn drain_events(&self, limit: Duration) -> bool {
        self.0.services.events.drain(limit)
    }

    /// The names of the instances that have events waiting, or are handling one; a function of
    /// [`on_event`](crate::HostBuilder::on_event) is named `host (PATTERN)`. After [`drain_events`](Host::drain_events) there are
    /// none but of what was published since.
    #[must_use]
    pub fn pending_subscribers(&self) -> Vec<String> {
        self.0.services.events.pending_subscribers()
    }

    /// What the messages of each instance took, and how long its queue is; `None` unless the host
    /// [keeps metrics](crate::HostBuilder::metrics). An unloaded instance is not among them.
    #[must_use]
    pub fn metrics(&self) -> Option<Metrics> {
        metrics::read(&self.0.services)
    }

    /// Every instance, in the order of loading.
    #[must_use]
    pub fn instances(&self) -> Vec<Instance> {
        let all = self.0.services.dispatcher.registry.all();
        all.into_iter().map(|state| self.handle(state)).collect()
    }

    /// Unloads every instance, the newest first, and returns what went wrong. An instance that is still busy stays loaded. If
    /// the store lost data that it had answered with success, or the [recording](Host::check_recording) is not whole, that is
    /// among the errors.
    pub fn unload_all(&self) -> Vec<Error> {
        let mut errors = lifecycle::unload_all(&self.0.services);
        errors.extend(self.check_recording().err());
        errors
    }

    /// Fails once a line of the [recording](crate::HostBuilder::record) could not be written. The recording ends there, and the
    /// host goes on; its log tells of it, too.
    ///
    /// # Errors
    /// `rp::record::unwritable`.
    pub fn check_recording(&self) -> Result<(), Error> {
        let failure = self.observers().recorder.as_ref().and_then(Recorder::failure);
        failure.map_or(Ok(()), |error| Err(Error::host(HostFault::Recording { error })))
    }
}
