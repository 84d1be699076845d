//! The workers of isolated instances, as an embedder sees them.

use std::time::{Duration, Instant};

use rp_protocol::members;
use serde_core::{Serialize, Serializer};

use crate::calls::instance::InstanceState;
use crate::calls::lineage::Afterlife;
use crate::observe::observers::Observers;
use crate::observe::worker::{WorkerChange, WorkerEvent};

/// The process of an isolated instance. As JSON it is what `rp run --json` and `rp serve` tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerStatus {
    /// The id of the process; where it has ended, the id that it had.
    pub pid: u32,
    /// Whether it runs.
    pub state: WorkerState,
    /// How often the instance was started again since it was loaded or replaced.
    pub restarts: u64,
    /// Whether it has a sandbox.
    pub is_sandboxed: bool,
}

members! { writes WorkerStatus { required pid, required state, required restarts, required is_sandboxed } }

/// Whether a worker runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkerState {
    /// It runs.
    Running,
    /// It ended, and another one is started in its place.
    Restarting,
    /// It ended, and no other one is started.
    Ended,
}

impl WorkerState {
    /// `running`, `restarting` or `ended`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            WorkerState::Running => "running",
            WorkerState::Restarting => "restarting",
            WorkerState::Ended => "ended",
        }
    }
}

impl Serialize for WorkerState {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

/// The status of an instance's worker, if it has one.
pub(super) fn status(instance: &InstanceState) -> Option<WorkerStatus> {
    let worker = instance.guest.worker()?;
    let state = match (instance.has_ended(), instance.is_coming_back()) {
        (false, _) => WorkerState::Running,
        (true, true) => WorkerState::Restarting,
        (true, false) => WorkerState::Ended,
    };
    let restarts = instance.lineage.restarts();
    Some(WorkerStatus { pid: worker.pid, state, restarts, is_sandboxed: worker.is_sandboxed })
}

/// Says that the instance is ready, if it has a worker.
pub(super) fn announce_start(observers: &Observers, instance: &InstanceState) {
    let Some(worker) = instance.guest.worker() else { return };
    announce(observers, instance, WorkerChange::Started { is_sandboxed: worker.is_sandboxed });
}

/// Says that the instance is dead and what follows, if it has a worker.
pub(super) fn announce_death(observers: &Observers, dead: &InstanceState) {
    announce(observers, dead, WorkerChange::Crashed { why: dead.guest.death_reason() });
    announce_outlook(observers, dead);
}

/// Says what follows the death of an instance, if it has a worker.
pub(super) fn announce_outlook(observers: &Observers, dead: &InstanceState) {
    let after = match dead.afterlife() {
        Afterlife::Now => Some(Duration::ZERO),
        Afterlife::At(start) => Some(start.saturating_duration_since(Instant::now())),
        Afterlife::None | Afterlife::GivenUp => None,
    };
    let change = after.map_or(WorkerChange::GaveUp, |after| WorkerChange::Restarting { after });
    announce(observers, dead, change);
}

fn announce(observers: &Observers, instance: &InstanceState, change: WorkerChange<'_>) {
    if let Some(worker) = instance.guest.worker() {
        observers.worker(&WorkerEvent { instance: &instance.name, pid: worker.pid, change });
    }
}
