//! An instance as the host keeps it: its life, its call slots, what it was granted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};

use crate::border::module::{Guest, Handler, Module};
use crate::calls::slots::Turns;
use crate::error::CallFault;
use crate::host::lifecycle::HostState;
use crate::host_functions::rp_host::Lent;
use crate::options::grants::{Grants, Right};

/// Where an instance is in its life; rule 6.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd)]
#[repr(u8)]
pub(crate) enum Life {
    /// Created; `init` is at work.
    Starting,
    Ready,
    /// No new calls; those in flight end, then `shutdown` runs.
    Closing,
    /// `shutdown` returned, or `init` failed.
    Closed,
    /// It panicked: nothing of it is called again.
    Dead,
}

/// Of the process, not of a host: a thread may be at work for instances of several.
static NEXT_NUMBER: AtomicU64 = AtomicU64::new(1);

const READY: u8 = Life::Ready as u8;

/// An instance as the host keeps it.
pub(crate) struct InstanceState {
    pub(crate) handler: Handler,
    /// Whether the host keeps no trace: here, so that the call path need not ask the host.
    pub(crate) is_untraced: bool,
    life: AtomicU8,
    /// Whether an unload waited for its calls in vain.
    was_given_up: AtomicBool,
    turns: Turns,
    pub(crate) shared: Arc<HostState>,
    pub(crate) lent: &'static Lent,
    number: u64,
    pub(crate) name: String,
    pub(crate) grants: Grants,
    pub(crate) module: Arc<dyn Module>,
    pub(crate) guest: Box<dyn Guest>,
}

impl InstanceState {
    pub(crate) fn new(
        shared: Arc<HostState>,
        name: String,
        grants: Grants,
        module: Arc<dyn Module>,
        guest: Box<dyn Guest>,
        lent: &'static Lent,
    ) -> Self {
        InstanceState {
            handler: guest.handler(),
            is_untraced: shared.trace.is_none(),
            life: AtomicU8::new(Life::Starting as u8),
            was_given_up: AtomicBool::new(false),
            turns: Turns::new(module.info().flags & crate::abi::RP_CONCURRENT != 0, shared.trace.is_some()),
            number: NEXT_NUMBER.fetch_add(1, Ordering::Relaxed),
            shared,
            lent,
            name,
            grants,
            module,
            guest,
        }
    }

    /// Distinguishes instances of a process, also those of one name one after the other.
    pub(crate) fn number(&self) -> u64 {
        self.number
    }

    /// The entities whose queries and mutations it answers: what the manifest provides and the operator granted.
    pub(crate) fn provided(&self) -> impl Iterator<Item = &String> {
        let provides = self.module.info().manifest.provides.iter();
        provides.filter(|entity| self.grants.allow(Right::Provide, entity))
    }

    pub(crate) fn provides(&self, entity: &str) -> bool {
        self.provided().any(|provided| provided == entity)
    }

    pub(crate) fn turns(&self) -> &Turns {
        &self.turns
    }

    pub(crate) fn life(&self) -> Life {
        match self.life.load(Ordering::Acquire) {
            READY => Life::Ready,
            life if life == Life::Starting as u8 => Life::Starting,
            life if life == Life::Closing as u8 => Life::Closing,
            life if life == Life::Closed as u8 => Life::Closed,
            _ => Life::Dead,
        }
    }

    #[inline]
    pub(crate) fn is_ready(&self) -> bool {
        self.life.load(Ordering::Acquire) == READY
    }

    /// Moves on in life; false where the instance was not at `from`.
    pub(crate) fn advance(&self, from: Life, to: Life) -> bool {
        self.life.compare_exchange(from as u8, to as u8, Ordering::AcqRel, Ordering::Acquire).is_ok()
    }

    pub(crate) fn set_life(&self, life: Life) {
        self.life.store(life as u8, Ordering::Release);
    }

    pub(crate) fn give_up(&self) {
        self.was_given_up.store(true, Ordering::Relaxed);
    }

    pub(crate) fn was_given_up(&self) -> bool {
        self.was_given_up.load(Ordering::Relaxed)
    }

    /// Why an instance that is not ready takes no messages.
    pub(crate) fn unavailable(&self) -> CallFault {
        CallFault::Unavailable(match self.life() {
            Life::Starting => "its init is not done",
            Life::Ready => "it has just become ready",
            Life::Closing => "it is being unloaded",
            Life::Closed => "it was unloaded",
            Life::Dead => self.guest.death_reason(),
        })
    }
}

impl core::fmt::Debug for InstanceState {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Instance")
            .field("name", &self.name)
            .field("life", &self.life())
            .finish_non_exhaustive()
    }
}
