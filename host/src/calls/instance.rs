//! An instance as the host keeps it: its lifecycle state, its call slots, what it was granted.

use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Instant;

use crate::abi::RP_CONCURRENT;
use crate::border::module::{Guest, Handler, HostLink, Module};
use crate::calls::lineage::{Afterlife, Lineage};
use crate::calls::slots::{CallSlots, Waiting};
use crate::error::CallFault;
use crate::options::grants::{Grants, Right};
use crate::options::load::LoadOptions;

/// Identifies an instance of this process, and those that took its place by a replacement or a restart; others that bear
/// the same name later have different ids. It is unique in the process, not just in a host, since a thread may handle
/// messages for instances of several hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(transparent)]
pub(crate) struct InstanceId(u64);

impl InstanceId {
    pub(crate) fn next() -> Self {
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
    /// New code is about to take its place: no new calls; those in flight end. It may become ready again.
    Replacing,
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
    /// Whether the host neither traces, records nor counts; kept here so that the call path need not ask the host.
    pub(crate) is_unwatched: bool,
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
    pub(crate) options: LoadOptions,
    pub(crate) lineage: Arc<Lineage>,
    /// What follows its death.
    afterlife: Mutex<Afterlife>,
    /// The instance that took its place: what reaches this one goes on to that one.
    successor: OnceLock<Arc<InstanceState>>,
}

/// Whether an instance takes messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Availability {
    Ready,
    /// Not now, but another one is about to take its place.
    Awaited,
    Gone,
}

/// What the host does with every call of an instance.
#[derive(Clone, Copy)]
pub(crate) struct Watch {
    /// Whether it traces, records or counts them.
    pub(crate) is_watched: bool,
    /// Whether it makes one at a time, also where the module would take several.
    pub(crate) is_serial: bool,
}

/// What an instance is from its beginning.
pub(crate) struct Birth {
    pub(crate) id: InstanceId,
    pub(crate) name: String,
    pub(crate) options: LoadOptions,
    pub(crate) lineage: Arc<Lineage>,
}

impl InstanceState {
    pub(crate) fn new(
        birth: Birth,
        module: Arc<dyn Module>,
        guest: Box<dyn Guest>,
        host: HostLink,
        watch: Watch,
        on_end: OnEnd,
    ) -> Self {
        let is_concurrent = module.info().flags & RP_CONCURRENT != 0 && !watch.is_serial;
        InstanceState {
            handler: guest.handler(),
            is_unwatched: !watch.is_watched,
            state: AtomicU8::new(LifecycleState::Starting as u8),
            was_given_up: AtomicBool::new(false),
            slots: CallSlots::new(is_concurrent, watch.is_watched),
            id: birth.id,
            name: birth.name,
            grants: birth.options.grants_for(&module.info().manifest),
            host,
            module,
            guest,
            on_end,
            options: birth.options,
            lineage: birth.lineage,
            afterlife: Mutex::default(),
            successor: OnceLock::new(),
        }
    }

    /// The instance that answers now for the handles of this one: itself, or the last of those that took its place.
    pub(crate) fn current(self: &Arc<Self>) -> &Arc<Self> {
        let mut last = self;
        while let Some(next) = last.successor.get() {
            last = next;
        }
        last
    }

    /// The instance that took its place, if any.
    pub(crate) fn successor(&self) -> Option<&Arc<InstanceState>> {
        self.successor.get()
    }

    /// Lets another instance take the place of this one; whoever waits for this one goes on to it.
    pub(crate) fn give_way_to(&self, successor: Arc<InstanceState>) {
        let is_first = self.successor.set(successor).is_ok();
        debug_assert!(is_first, "an instance has one successor");
        self.slots.wake();
    }

    /// The entities whose queries and mutations it answers: what the manifest provides and the operator granted.
    pub(crate) fn provided(&self) -> impl Iterator<Item = &String> {
        let provides = self.module.info().manifest.provides.iter();
        provides.filter(|entity| self.grants.allow(Right::Provide, entity))
    }

    pub(crate) fn provides(&self, entity: &str) -> bool {
        self.provided().any(|provided| provided == entity)
    }

    #[inline]
    pub(crate) fn slots(&self) -> &CallSlots {
        &self.slots
    }

    pub(crate) fn state(&self) -> LifecycleState {
        match self.state.load(Ordering::Acquire) {
            READY => LifecycleState::Ready,
            state if state == LifecycleState::Starting as u8 => LifecycleState::Starting,
            state if state == LifecycleState::Replacing as u8 => LifecycleState::Replacing,
            state if state == LifecycleState::Closing as u8 => LifecycleState::Closing,
            state if state == LifecycleState::Closed as u8 => LifecycleState::Closed,
            _ => LifecycleState::Dead,
        }
    }

    #[inline]
    pub(crate) fn is_ready(&self) -> bool {
        self.state.load(Ordering::Acquire) == READY
    }

    /// Whether it takes messages.
    pub(crate) fn availability(&self) -> Availability {
        match self.state() {
            LifecycleState::Ready => Availability::Ready,
            LifecycleState::Replacing => Availability::Awaited,
            LifecycleState::Dead if self.afterlife() == Afterlife::Now => Availability::Awaited,
            _ => Availability::Gone,
        }
    }

    /// Whether nothing took its place, but something is about to.
    pub(crate) fn is_awaited(&self) -> bool {
        self.successor().is_none() && self.availability() == Availability::Awaited
    }

    /// Whether nothing took its place, but something will, at once or later.
    pub(crate) fn is_coming_back(&self) -> bool {
        let will_be_restarted = || matches!(self.afterlife(), Afterlife::Now | Afterlife::At(_));
        self.successor().is_none()
            && match self.state() {
                LifecycleState::Replacing => true,
                LifecycleState::Dead => will_be_restarted(),
                _ => false,
            }
    }

    /// Waits until another one has taken its place, or none will; at most until then.
    pub(crate) fn await_return(&self, until: Option<Instant>) {
        let look = || if self.is_coming_back() { Waiting::GoOn } else { Waiting::GiveUp(()) };
        self.slots.wait_for_change(until, look, || ());
    }

    /// Whether a message may still reach it, or is about to.
    pub(crate) fn is_open(&self) -> bool {
        self.successor().is_none() && self.availability() != Availability::Gone
    }

    pub(crate) fn afterlife(&self) -> Afterlife {
        *self.afterlife.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what follows its death, and lets whoever waits for it look again.
    pub(crate) fn set_afterlife(&self, afterlife: Afterlife) {
        *self.afterlife.lock().unwrap_or_else(PoisonError::into_inner) = afterlife;
        self.slots.wake();
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
    ///
    /// # Errors
    /// It was [lost](Self::lose) meanwhile.
    pub(crate) fn set_ready(&self) -> Result<(), CallFault> {
        if self.transition(LifecycleState::Starting, LifecycleState::Ready) || self.is_ready() {
            return Ok(());
        }
        Err(CallFault::WorkerLost(self.guest.death_reason().into()))
    }

    /// Before `destroy`: the instance can no longer reach anything of the host.
    pub(crate) fn close(&self) {
        self.set_state(LifecycleState::Closed);
        (self.on_end)(self);
    }

    /// After a panic, or a fault of that code: nothing of the instance is called again (rule 6).
    pub(crate) fn die(&self, code: &'static str) {
        // Several calls of a concurrent instance end with it.
        if self.was_alive(code) {
            (self.on_end)(self);
            self.slots.wake();
        }
    }

    /// Makes it dead; false if it was.
    fn was_alive(&self, code: &'static str) -> bool {
        let mut afterlife = self.afterlife.lock().unwrap_or_else(PoisonError::into_inner);
        if self.is_in_service() {
            *afterlife = self.lineage.count_death(self.guest.death_code().unwrap_or(code));
        }
        self.state.swap(LifecycleState::Dead as u8, Ordering::AcqRel) != LifecycleState::Dead as u8
    }

    /// Its process has ended: as [`die`](Self::die), but no call told of it.
    pub(crate) fn lose(&self) {
        if self.transition(LifecycleState::Starting, LifecycleState::Dead) {
            (self.on_end)(self);
            self.slots.wake();
        } else if self.is_in_service() {
            self.die(CallFault::WorkerLost(String::new()).code());
        }
    }

    /// Only one that is in service is started again: not one that never was ready, nor one that is being unloaded.
    fn is_in_service(&self) -> bool {
        matches!(self.state(), LifecycleState::Ready | LifecycleState::Replacing)
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
        let why = match (self.state(), self.afterlife()) {
            (LifecycleState::Starting, _) => "its init is not done",
            (LifecycleState::Ready, _) => "it has just become ready",
            (LifecycleState::Replacing, _) => "it is being replaced",
            (LifecycleState::Closing, _) => "it is being unloaded",
            (LifecycleState::Closed, _) => "it was unloaded",
            (LifecycleState::Dead, Afterlife::At(start)) => {
                let left = start.saturating_duration_since(Instant::now());
                return CallFault::Restarting { why: self.guest.death_reason(), left };
            }
            (LifecycleState::Dead, Afterlife::GivenUp) => "it died too often and is no longer restarted",
            (LifecycleState::Dead, _) => self.guest.death_reason(),
        };
        CallFault::Unavailable(why)
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
