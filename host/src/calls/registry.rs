//! The instances of a host: found by name, by what they provide, and by the messages that they handle.

use std::collections::HashMap;
use std::ptr;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use crate::border::message_id::MessageId;
use crate::calls::instance::{InstanceId, InstanceState, LifecycleState};
use crate::error::LoadFault;

/// Every instance of a host.
#[derive(Default)]
pub(crate) struct Registry(RwLock<Instances>);

#[derive(Default)]
struct Instances {
    entered: Entered,
    /// Who of them has a name.
    names: HashMap<String, InstanceId>,
    /// Who of them provides an entity.
    providers: HashMap<String, InstanceId>,
    /// Those that are about to take the place of an entered one. Only their messages are found.
    successors: Vec<Arc<InstanceState>>,
}

/// In the order of loading, which is that of their ids: a successor has the id of the instance whose place it takes.
#[derive(Default)]
struct Entered(Vec<Arc<InstanceState>>);

impl Entered {
    /// Where an instance is, or else where it belongs.
    fn place(&self, id: InstanceId) -> Result<usize, usize> {
        self.0.binary_search_by_key(&id, |instance| instance.id)
    }

    fn get(&self, id: InstanceId) -> Option<&Arc<InstanceState>> {
        self.place(id).ok().map(|place| &self.0[place])
    }

    fn insert(&mut self, instance: Arc<InstanceState>) {
        match self.place(instance.id) {
            Ok(place) => self.0[place] = instance,
            Err(place) => self.0.insert(place, instance),
        }
    }

    fn remove(&mut self, id: InstanceId) -> Option<Arc<InstanceState>> {
        self.place(id).ok().map(|place| self.0.remove(place))
    }
}

impl Instances {
    /// Refuses an instance that provides what another one provides; the one whose place it takes has its id.
    fn check_provided(&self, instance: &InstanceState) -> Result<(), LoadFault> {
        for entity in instance.provided() {
            let entered = self.providers.get(entity).and_then(|id| self.entered.get(*id));
            let successors = self.successors.iter().filter(|other| other.provides(entity));
            if let Some(other) = entered.into_iter().chain(successors).find(|other| other.id != instance.id) {
                return Err(LoadFault::DuplicateEntity {
                    entity: entity.clone(),
                    provider: other.name.clone(),
                });
            }
        }
        Ok(())
    }

    /// Nobody else has its name, or provides what it provides.
    fn put(&mut self, instance: &Arc<InstanceState>) {
        self.names.insert(instance.name.clone(), instance.id);
        self.providers.extend(instance.provided().map(|entity| (entity.clone(), instance.id)));
        self.entered.insert(Arc::clone(instance));
    }

    /// Takes an instance out, unless another one has its place by now.
    fn take(&mut self, instance: &InstanceState) -> Option<Arc<InstanceState>> {
        self.entered.get(instance.id).filter(|entered| ptr::eq(Arc::as_ptr(entered), instance))?;
        self.names.remove(&instance.name);
        for entity in instance.provided() {
            self.providers.remove(entity);
        }
        self.entered.remove(instance.id)
    }

    fn by_name(&self, name: &str) -> Option<&Arc<InstanceState>> {
        self.entered.get(*self.names.get(name)?)
    }
}

impl Registry {
    /// Registers an instance under its name and what it provides, unless another instance has one of these. A dead one
    /// gives its name up, and is returned.
    pub(crate) fn enter(
        &self,
        instance: &Arc<InstanceState>,
    ) -> Result<Option<Arc<InstanceState>>, LoadFault> {
        let mut instances = self.write();
        let displaced = match instances.by_name(&instance.name).cloned() {
            Some(dead) if dead.state() == LifecycleState::Dead => instances.take(&dead),
            Some(_) => return Err(LoadFault::DuplicateName(instance.name.clone())),
            None => None,
        };
        instances.check_provided(instance)?;
        instances.put(instance);
        Ok(displaced)
    }

    pub(crate) fn leave(&self, instance: &Arc<InstanceState>) {
        let mut instances = self.write();
        instances.take(instance);
        instances.successors.retain(|other| !Arc::ptr_eq(other, instance));
    }

    /// Makes the messages of an instance findable that is about to take the place of the one that has its id.
    pub(crate) fn enter_successor(&self, successor: &Arc<InstanceState>) -> Result<(), LoadFault> {
        let mut instances = self.write();
        instances.check_provided(successor)?;
        instances.successors.push(Arc::clone(successor));
        Ok(())
    }

    /// Puts a successor into the place of the other one; false if that one is no longer there.
    pub(crate) fn put_in_place(&self, of: &Arc<InstanceState>, successor: &Arc<InstanceState>) -> bool {
        let mut instances = self.write();
        if instances.take(of).is_none() {
            return false;
        }
        instances.put(successor);
        instances.successors.retain(|other| !Arc::ptr_eq(other, successor));
        true
    }

    /// The handle to an entered instance.
    pub(crate) fn handle(&self, instance: &InstanceState) -> Option<Arc<InstanceState>> {
        self.read().entered.get(instance.id).filter(|other| ptr::eq(Arc::as_ptr(other), instance)).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Arc<InstanceState>> {
        self.read().entered.0.clone()
    }

    fn read(&self) -> RwLockReadGuard<'_, Instances> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Instances> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn by_name(&self, name: &str) -> Option<Arc<InstanceState>> {
        self.read().by_name(name).cloned()
    }

    /// The instance that answers queries and mutations of an entity.
    pub(crate) fn provider(&self, entity: &str) -> Option<Arc<InstanceState>> {
        let instances = self.read();
        instances.entered.get(*instances.providers.get(entity)?).cloned()
    }

    /// The instance that handles message `id`, and the message's cause.
    pub(crate) fn find_message(&self, id: MessageId) -> Option<(InstanceId, MessageId)> {
        if id == MessageId::NONE {
            return None;
        }
        let instances = self.read();
        // The slots of a place that is being taken show the successor's message, too: the successor comes first.
        let all = instances.successors.iter().chain(&instances.entered.0);
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
