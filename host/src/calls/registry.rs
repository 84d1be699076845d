//! The instances of a host: found by name, by what they provide, and by the messages that they handle.

use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::border::message_id::MessageId;
use crate::calls::instance::{InstanceId, InstanceState, LifecycleState};
use crate::error::LoadFault;

/// Every instance of a host.
#[derive(Default)]
pub(crate) struct Registry(RwLock<Instances>);

#[derive(Default)]
struct Instances {
    /// In the order of loading.
    entered: Vec<Arc<InstanceState>>,
    /// Those that are about to take the place of an entered one. Only their messages are found.
    successors: Vec<Arc<InstanceState>>,
}

impl Instances {
    /// Refuses an instance that provides what another one provides; `but` is the one whose place it takes.
    fn check_provided(&self, instance: &InstanceState, but: Option<&InstanceState>) -> Result<(), LoadFault> {
        for entity in instance.provided() {
            let is_other = |other: &&Arc<InstanceState>| but.is_none_or(|but| but.id != other.id);
            let mut others = self.entered.iter().chain(&self.successors).filter(is_other);
            if let Some(other) = others.find(|other| other.provides(entity)) {
                return Err(LoadFault::DuplicateEntity {
                    entity: entity.clone(),
                    provider: other.name.clone(),
                });
            }
        }
        Ok(())
    }
}

impl Registry {
    /// Registers an instance under its name and what it provides, unless another instance has one of these. A dead one
    /// gives its name up, and is returned.
    pub(crate) fn enter(&self, instance: &Arc<InstanceState>) -> Result<Vec<Arc<InstanceState>>, LoadFault> {
        let mut instances = self.write();
        let is_displaced = |other: &mut Arc<InstanceState>| {
            other.name == instance.name && other.state() == LifecycleState::Dead
        };
        let displaced = instances.entered.extract_if(.., is_displaced).collect();
        if instances.entered.iter().any(|other| other.name == instance.name) {
            return Err(LoadFault::DuplicateName(instance.name.clone()));
        }
        instances.check_provided(instance, None)?;
        instances.entered.push(Arc::clone(instance));
        Ok(displaced)
    }

    pub(crate) fn leave(&self, instance: &Arc<InstanceState>) {
        let mut instances = self.write();
        instances.entered.retain(|other| !Arc::ptr_eq(other, instance));
        instances.successors.retain(|other| !Arc::ptr_eq(other, instance));
    }

    /// Makes the messages of an instance findable that is about to take the place of another one.
    pub(crate) fn enter_successor(
        &self,
        of: &Arc<InstanceState>,
        successor: &Arc<InstanceState>,
    ) -> Result<(), LoadFault> {
        let mut instances = self.write();
        instances.check_provided(successor, Some(of))?;
        instances.successors.push(Arc::clone(successor));
        Ok(())
    }

    /// Puts a successor into the place of the other one; false if that one is no longer there.
    pub(crate) fn put_in_place(&self, of: &Arc<InstanceState>, successor: &Arc<InstanceState>) -> bool {
        let mut instances = self.write();
        let Some(place) = instances.entered.iter_mut().find(|other| Arc::ptr_eq(other, of)) else {
            return false;
        };
        *place = Arc::clone(successor);
        instances.successors.retain(|other| !Arc::ptr_eq(other, successor));
        true
    }

    /// The handle to an entered instance.
    pub(crate) fn handle(&self, instance: &InstanceState) -> Option<Arc<InstanceState>> {
        self.find(|other| std::ptr::eq(other, instance))
    }

    pub(crate) fn all(&self) -> Vec<Arc<InstanceState>> {
        self.read().entered.clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, Instances> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Instances> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Arc<InstanceState>> {
        self.find(|instance| instance.name == name)
    }

    /// The instance that answers queries and mutations of an entity.
    pub(crate) fn provider(&self, entity: &str) -> Option<Arc<InstanceState>> {
        self.find(|instance| instance.provides(entity))
    }

    fn find(&self, wanted: impl Fn(&InstanceState) -> bool) -> Option<Arc<InstanceState>> {
        self.read().entered.iter().find(|instance| wanted(instance)).map(Arc::clone)
    }

    /// The instance that handles message `id`, and the message's cause.
    pub(crate) fn find_message(&self, id: MessageId) -> Option<(InstanceId, MessageId)> {
        if id == MessageId::NONE {
            return None;
        }
        let instances = self.read();
        // The slots of a place that is being taken show the successor's message, too: the successor comes first.
        let all = instances.successors.iter().chain(&instances.entered);
        all.into_iter().find_map(|instance| instance.slots().find(id).map(|slot| (instance.id, slot.cause())))
    }

    /// Cancels a message that is being handled, and every one that is handled in its service.
    pub(crate) fn cancel(&self, id: MessageId) {
        let successors = self.read().successors.clone();
        for instance in successors.into_iter().chain(self.all()) {
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
