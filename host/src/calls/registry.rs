//! The instances of a host: found by name, by what they provide, and by the messages that they handle.

use std::sync::{Arc, PoisonError, RwLock};

use crate::border::message_id::MessageId;
use crate::calls::instance::{InstanceId, InstanceState, LifecycleState};
use crate::error::LoadFault;

/// Every instance of a host, in the order of loading.
#[derive(Default)]
pub(crate) struct Registry(RwLock<Vec<Arc<InstanceState>>>);

impl Registry {
    /// Registers an instance under its name and what it provides, unless another instance has one of these. A dead one
    /// gives its name up.
    pub(crate) fn enter(&self, instance: &Arc<InstanceState>) -> Result<(), LoadFault> {
        let mut instances = self.0.write().unwrap_or_else(PoisonError::into_inner);
        instances.retain(|other| other.name != instance.name || other.state() != LifecycleState::Dead);
        if instances.iter().any(|other| other.name == instance.name) {
            return Err(LoadFault::DuplicateName(instance.name.clone()));
        }
        for entity in instance.provided() {
            if let Some(other) = instances.iter().find(|other| other.provides(entity)) {
                return Err(LoadFault::DuplicateEntity {
                    entity: entity.clone(),
                    provider: other.name.clone(),
                });
            }
        }
        instances.push(Arc::clone(instance));
        Ok(())
    }

    pub(crate) fn leave(&self, instance: &Arc<InstanceState>) {
        let mut instances = self.0.write().unwrap_or_else(PoisonError::into_inner);
        instances.retain(|other| !Arc::ptr_eq(other, instance));
    }

    pub(crate) fn all(&self) -> Vec<Arc<InstanceState>> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Arc<InstanceState>> {
        self.find(|instance| instance.name == name)
    }

    /// The instance that answers queries and mutations of an entity.
    pub(crate) fn provider(&self, entity: &str) -> Option<Arc<InstanceState>> {
        self.find(|instance| instance.provides(entity))
    }

    fn find(&self, wanted: impl Fn(&InstanceState) -> bool) -> Option<Arc<InstanceState>> {
        let instances = self.0.read().unwrap_or_else(PoisonError::into_inner);
        instances.iter().find(|instance| wanted(instance)).map(Arc::clone)
    }

    /// The instance that handles message `id`, and the message's cause.
    pub(crate) fn find_message(&self, id: MessageId) -> Option<(InstanceId, MessageId)> {
        if id == MessageId::NONE {
            return None;
        }
        let instances = self.0.read().unwrap_or_else(PoisonError::into_inner);
        instances
            .iter()
            .find_map(|instance| instance.slots().find(id).map(|slot| (instance.id, slot.cause())))
    }

    /// Cancels a message that is being handled, and every one that is handled in its service.
    pub(crate) fn cancel(&self, id: MessageId) {
        for instance in self.all() {
            for slot in instance.slots().iter() {
                slot.occupants()
                    .filter(|occupant| self.serves(*occupant, id))
                    .for_each(|occupant| slot.cancel(occupant));
            }
        }
    }

    fn serves(&self, message: MessageId, id: MessageId) -> bool {
        let cause = |message: &MessageId| self.find_message(*message).map(|(_, cause)| cause);
        std::iter::successors(Some(message), cause).any(|message| message == id)
    }
}
