//! What a message that a module sends can reach.

use std::collections::HashMap;
use std::sync::Arc;

use super::events::Events;
use super::service::Service;
use super::store::Store;
use crate::calls::dispatcher::Dispatcher;

/// The services of a host, its store, its events, and its instances.
pub(crate) struct Services {
    pub(crate) dispatcher: Arc<Dispatcher>,
    pub(crate) events: Arc<Events>,
    pub(crate) store: Option<Arc<dyn Store>>,
    /// The embedder's own, by message type.
    pub(crate) by_type: HashMap<String, Box<dyn Service>>,
}

impl Services {
    pub(crate) fn service(&self, message_type: &str) -> Option<&dyn Service> {
        self.by_type.get(message_type).map(Box::as_ref)
    }
}
