//! What a check works on: the module's file, opened, and everything that the operator chose.

use std::path::PathBuf;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use rp_host::{Isolation, LoadOptions, Profile};
use serde_json::{Value, json};

use crate::check_host::CheckHost;
use crate::copies::Copies;
use crate::form::Form;
use crate::instance::{Ask, Instance};
use crate::library::Library;
use crate::order::Order;
use crate::outcome::{Stop, blocked, skip};
use crate::subject::{Code, Functions, Subject};

/// One check at work.
pub(crate) struct Bench {
    pub(crate) file: PathBuf,
    pub(crate) seed: u64,
    /// Whether long forms are wanted.
    pub(crate) is_full: bool,
    /// What `init` gets as "config".
    pub(crate) config: Value,
    /// How a native module is isolated, if it is.
    isolation: Option<Isolation>,
    /// A folder of more JSON texts.
    pub(crate) texts: Option<PathBuf>,
    /// The copies that are made of this process.
    pub(crate) copies: Copies,
    subject: OnceLock<Result<Subject, String>>,
    ids: AtomicU32,
}

impl Bench {
    pub(crate) fn new(order: &Order) -> Self {
        Bench {
            file: order.file.clone().into(),
            seed: order.seed,
            is_full: order.is_full,
            config: order.config.clone(),
            isolation: order.isolation.clone(),
            texts: order.texts.clone().map(Into::into),
            copies: Copies::new(order),
            subject: OnceLock::new(),
            ids: AtomicU32::new(0),
        }
    }

    /// How often a check repeats: less unless long forms are wanted.
    pub(crate) fn times(&self, usual: usize, full: usize) -> usize {
        if self.is_full { full } else { usual }
    }

    /// Less where a loader takes its time, unless long forms are wanted: an interpreter takes twenty times as long, and an
    /// isolated instance begins with a process.
    pub(crate) fn less<T>(&self, usual: T, loaded: T) -> T {
        if self.has_loader() && !self.is_full { loaded } else { usual }
    }

    /// The opened library, or why it does not open.
    pub(crate) fn open(&self) -> Result<&Subject, String> {
        self.subject
            .get_or_init(|| Subject::open(&self.file, self.form(), &self.load_options()))
            .as_ref()
            .map_err(Clone::clone)
    }

    /// The opened library.
    pub(crate) fn subject(&self) -> Result<&Subject, Stop> {
        self.open()
            .map_err(|reason| Stop::Blocked(format!("the file does not load; see entry/loads: {reason}")))
    }

    pub(crate) fn is_plain(&self) -> bool {
        self.open().is_ok_and(|subject| subject.profile == Profile::Plain)
    }

    /// How a host loads it, in its form.
    pub(crate) fn load_options(&self) -> LoadOptions {
        let isolated = |isolation| LoadOptions::new().isolated(isolation);
        self.isolation.clone().map_or_else(LoadOptions::new, isolated)
    }

    /// What runs its code.
    pub(crate) fn form(&self) -> Form {
        Form::of(&self.file, self.isolation.is_some())
    }

    /// Whether a loader stands between the check and the module.
    pub(crate) fn has_loader(&self) -> bool {
        self.form().has_loader()
    }

    /// The library of a native module.
    pub(crate) fn library(&self) -> Result<&Library, Stop> {
        match &self.subject()?.code {
            Code::Native(library) => Ok(library),
            Code::Loaded(_) => skip("the module has no library in this process"),
        }
    }

    /// What the module is called through.
    pub(crate) fn functions(&self) -> Result<Functions, Stop> {
        self.subject()?.functions().map_err(Stop::Blocked)
    }

    /// A fresh instance.
    pub(crate) fn create(&self) -> Result<Instance, Stop> {
        self.create_with(CheckHost::new(false))
    }

    /// A fresh instance with a host that was made before.
    pub(crate) fn create_with(&self, host: &'static CheckHost) -> Result<Instance, Stop> {
        match Instance::try_create(self.functions()?, host) {
            Ok(Some(instance)) => Ok(instance),
            Ok(None) => blocked("no instance could be made; see life/create"),
            Err(error) => {
                blocked(format!("no instance could be made; see the groups entry and sandbox: {error}"))
            }
        }
    }

    /// A fresh instance after `init`.
    pub(crate) fn ready(&self) -> Result<Instance, Stop> {
        self.make_ready(self.create()?)
    }

    /// An instance after `init`.
    pub(crate) fn make_ready(&self, instance: Instance) -> Result<Instance, Stop> {
        let answer = instance.init(&self.init_payload());
        if answer.status == rp_host::abi::RP_OK {
            return Ok(instance);
        }
        blocked(format!("init failed with status {}; see life/init", answer.status))
    }

    /// The payload of an `init`; no two name the same instance.
    pub(crate) fn init_payload(&self) -> String {
        let id = self.ids.fetch_add(1, Ordering::Relaxed);
        let host = json!({"name": "rp-check", "version": env!("CARGO_PKG_VERSION"), "protocol": rp_protocol::PROTOCOL_VERSION});
        json!({"instance": format!("check-{id}"), "config": self.config, "host": host}).to_string()
    }

    /// A `describe`, which every module with a table answers the same way at any time.
    pub(crate) fn describe(&self) -> Ask<'static> {
        Ask::new("describe", "{}")
    }
}
