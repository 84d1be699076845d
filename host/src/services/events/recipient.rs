//! The instance that gets the events of a queue.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::emission::Emission;
use crate::calls::dispatcher::Dispatcher;
use crate::calls::instance::{InstanceId, InstanceState};
use crate::options::grants::{Right, covers};

/// Whether a subscriber wants an event.
pub(super) type Wants = Box<dyn Fn(&Emission<'_>) -> bool + Send + Sync>;

/// The instance that gets the events of a queue; another may take its place.
pub(super) struct Recipient {
    pub(super) id: InstanceId,
    now: Mutex<Now>,
}

/// The instance of the moment.
pub(super) struct Now {
    dispatcher: Weak<Dispatcher>,
    instance: Weak<InstanceState>,
    wants: Wants,
}

impl Now {
    /// `None` if the manifest requests no events, or none are granted.
    pub(super) fn new(dispatcher: &Arc<Dispatcher>, instance: &Arc<InstanceState>) -> Option<Self> {
        let requests = instance.module.info().manifest.requests.subscribe.clone();
        if requests.is_empty() || instance.grants.subscribe.is_empty() {
            return None;
        }
        let grants = instance.grants.clone();
        let wants = Box::new(move |event: &Emission<'_>| {
            covers(&requests, event.name)
                && grants.allow(Right::Subscribe, event.name)
                && event.entity.is_none_or(|entity| grants.allow(Right::Read, entity))
        });
        Some(Now { dispatcher: Arc::downgrade(dispatcher), instance: Arc::downgrade(instance), wants })
    }
}

impl Recipient {
    pub(super) fn new(id: InstanceId, now: Now) -> Arc<Self> {
        Arc::new(Recipient { id, now: Mutex::new(now) })
    }

    /// Another instance takes the place.
    pub(super) fn change(&self, now: Now) {
        *self.lock() = now;
    }

    pub(super) fn is(&self, instance: &InstanceState) -> bool {
        std::ptr::eq(self.lock().instance.as_ptr(), instance)
    }

    pub(super) fn wants(&self, emission: &Emission<'_>) -> bool {
        emission.sender != Some(self.id) && (self.lock().wants)(emission)
    }

    /// Who gets the next event, as soon as that is clear: none is lost because an instance is being replaced or restarted.
    /// `None` if the host or the instance is gone.
    pub(super) fn settled(&self) -> Option<(Arc<Dispatcher>, Arc<InstanceState>)> {
        let now = self.lock();
        let (dispatcher, instance) = (now.dispatcher.upgrade()?, now.instance.upgrade()?);
        drop(now);
        instance.await_return(None);
        let current = Arc::clone(instance.current());
        Some((dispatcher, current))
    }

    fn lock(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
