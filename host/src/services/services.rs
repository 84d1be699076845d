//! What a message that a module sends can reach.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, PoisonError, RwLock};

use super::events::Events;
use super::identity::Identity;
use super::service::Service;
use super::store::Store;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::instance::InstanceState;
use crate::calls::pool::Pool;
use crate::error::{Error, HostFault};

/// The services of a host, its store, its events, and its instances.
pub(crate) struct Services {
    pub(crate) dispatcher: Arc<Dispatcher>,
    /// Makes the calls whose callers do not wait on a thread.
    pub(crate) pool: Arc<Pool>,
    pub(crate) events: Arc<Events>,
    pub(crate) store: Option<Arc<dyn Store>>,
    /// The embedder's own.
    pub(crate) own: OwnServices,
    pub(crate) identity: Identity,
    /// The program that workers run, where the embedder names one.
    pub(crate) worker_program: Option<PathBuf>,
    /// The process in which the host was built; a child that was forked from it has none of its threads.
    pub(crate) process: u32,
    /// Starts an instance again that died.
    pub(crate) on_death: fn(&Arc<Services>, &InstanceState),
}

impl Services {
    /// Whether this process was forked from that of the host.
    pub(crate) fn is_forked(&self) -> bool {
        std::process::id() != self.process
    }

    /// Fails in a process that was forked from that of the host.
    pub(crate) fn check_process(&self) -> Result<(), Error> {
        if self.is_forked() { Err(Error::host(HostFault::Forked)) } else { Ok(()) }
    }
}

/// The embedder's own services, by message type. They may come and go while the host runs.
#[derive(Default)]
pub(crate) struct OwnServices(RwLock<HashMap<String, Arc<dyn Service>>>);

impl OwnServices {
    pub(crate) fn find(&self, message_type: &str) -> Option<Arc<dyn Service>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).get(message_type).cloned()
    }

    /// Adds one, in place of an earlier one of that type.
    pub(crate) fn add(&self, message_type: &str, service: Arc<dyn Service>) {
        let mut services = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = services.insert(message_type.to_owned(), service);
        drop(services);
        // Dropped without the lock: what it holds is the embedder's.
        drop(before);
    }

    /// Removes one; false if there is none of that type.
    pub(crate) fn remove(&self, message_type: &str) -> bool {
        let mut services = self.0.write().unwrap_or_else(PoisonError::into_inner);
        let before = services.remove(message_type);
        drop(services);
        before.is_some()
    }
}
