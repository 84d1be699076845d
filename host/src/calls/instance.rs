//! An instance as the host keeps it: its lifecycle state, its call slots, what it was granted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use crate::abi::RP_CONCURRENT;
use crate::border::module::{Guest, Handler, HostLink, Module};
use crate::calls::slots::CallSlots;
use crate::error::CallFault;
use crate::options::grants::{Grants, Right};

/// Identifies an instance of this process; instances that bear the same name one after the other have different ids. It
/// is unique in the process, not just in a host, since a thread may handle messages for instances of several hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(transparent)]
pub(crate) struct InstanceId(u64);

impl InstanceId {
    fn next() -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        InstanceId(NEXT.fetch_add(1, Ordering::Relaxed))
    }
}

/// Where an instance is in its lifecycle (rule 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub(crate) enum LifecycleState {
    /// Created; `init` has not returned.
    Starting,
    Ready,
    /// No new calls; those in flight end, then `shutdown` runs.
    Closing,
    /// `shutdown` returned, or `init` failed.
    Closed,
    /// It panicked: nothing of it is called again.
    Dead,
}

const READY: u8 = LifecycleState::Ready as u8;

/// Cuts an instance off from the host when it is closed or dead; its state says which.
pub(crate) type OnEnd = Box<dyn Fn(&InstanceState) + Send + Sync>;

/// An instance as the host keeps it.
pub(crate) struct InstanceState {
    pub(crate) handler: Handler,
    /// Whether the host keeps no trace; kept here so that the call path need not ask the host.
    pub(crate) is_untraced: bool,
    state: AtomicU8,
    /// Whether an unload has waited for its calls in vain.
    was_given_up: AtomicBool,
    slots: CallSlots,
    pub(crate) id: InstanceId,
    pub(crate) name: String,
    pub(crate) grants: Grants,
    /// The host functions that it was created with.
    pub(crate) host: HostLink,
    pub(crate) module: Arc<dyn Module>,
    pub(crate) guest: Box<dyn Guest>,
    on_end: OnEnd,
}

impl InstanceState {
    pub(crate) fn new(
        name: String,
        grants: Grants,
        module: Arc<dyn Module>,
        guest: Box<dyn Guest>,
        host: HostLink,
        is_traced: bool,
        on_end: OnEnd,
    ) -> Self {
        InstanceState {
            handler: guest.handler(),
            is_untraced: !is_traced,
            state: AtomicU8::new(LifecycleState::Starting as u8),
            was_given_up: AtomicBool::new(false),
            slots: CallSlots::new(module.info().flags & RP_CONCURRENT != 0, is_traced),
            id: InstanceId::next(),
            name,
            grants,
            host,
            module,
            guest,
            on_end,
        }
    }

    /// The entities whose queries and mutations it answers: what the manifest provides and the operator granted.
    pub(crate) fn provided(&self) -> impl Iterator<Item = &String> {
        let provides = self.module.info().manifest.provides.iter();
        provides.filter(|entity| self.grants.allow(Right::Provide, entity))
    }

    pub(crate) fn provides(&self, entity: &str) -> bool {
        self.provided().any(|provided| provided == entity)
    }

    pub(crate) fn slots(&self) -> &CallSlots {
        &self.slots
    }

    pub(crate) fn state(&self) -> LifecycleState {
        match self.state.load(Ordering::Acquire) {
            READY => LifecycleState::Ready,
            state if state == LifecycleState::Starting as u8 => LifecycleState::Starting,
            state if state == LifecycleState::Closing as u8 => LifecycleState::Closing,
            state if state == LifecycleState::Closed as u8 => LifecycleState::Closed,
            _ => LifecycleState::Dead,
        }
    }

    #[inline]
    pub(crate) fn is_ready(&self) -> bool {
        self.state.load(Ordering::Acquire) == READY
    }

    /// Whether it has ended, one way or the other.
    pub(crate) fn has_ended(&self) -> bool {
        matches!(self.state(), LifecycleState::Closed | LifecycleState::Dead)
    }

    /// Moves from one state to another; false if the instance was not in `from`.
    pub(crate) fn transition(&self, from: LifecycleState, to: LifecycleState) -> bool {
        self.state.compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    /// After `init`: the instance takes messages.
    pub(crate) fn set_ready(&self) {
        self.set_state(LifecycleState::Ready);
    }

    /// Before `destroy`: the instance can no longer reach anything of the host.
    pub(crate) fn close(&self) {
        self.set_state(LifecycleState::Closed);
        (self.on_end)(self);
    }

    /// After a panic: nothing of the instance is called again (rule 6).
    pub(crate) fn die(&self) {
        self.set_state(LifecycleState::Dead);
        (self.on_end)(self);
        self.slots.wake();
    }

    fn set_state(&self, state: LifecycleState) {
        self.state.store(state as u8, Ordering::Release);
    }

    pub(crate) fn give_up(&self) {
        self.was_given_up.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_given_up(&self) -> bool {
        self.was_given_up.load(Ordering::Relaxed)
    }

    /// Why an instance that is not ready takes no messages.
    pub(crate) fn unavailable(&self) -> CallFault {
        CallFault::Unavailable(match self.state() {
            LifecycleState::Starting => "its init is not done",
            LifecycleState::Ready => "it has just become ready",
            LifecycleState::Closing => "it is being unloaded",
            LifecycleState::Closed => "it was unloaded",
            LifecycleState::Dead => self.guest.death_reason(),
        })
    }
}

impl core::fmt::Debug for InstanceState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Instance")
            .field("name", &self.name)
            .field("state", &self.state())
            .finish_non_exhaustive()
    }
}
