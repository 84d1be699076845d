//! The process of an isolated instance, as commands show it.

use rp_host::{Instance, WorkerStatus};
use serde::Serialize;

/// The process of an isolated instance.
#[derive(Serialize)]
pub struct Worker {
    pub pid: u32,
    /// `running`, `restarting` or `ended`.
    pub state: &'static str,
    /// How often the instance was started again.
    pub restarts: u64,
    pub is_sandboxed: bool,
}

impl Worker {
    /// That of an instance, if it has one.
    pub fn of(instance: &Instance) -> Option<Self> {
        let WorkerStatus { pid, state, restarts, is_sandboxed, .. } = instance.worker()?;
        Some(Worker { pid, state: state.as_str(), restarts, is_sandboxed })
    }

    /// For people, of one that has just been started.
    pub fn told(&self) -> String {
        let sandbox = if self.is_sandboxed { "" } else { " without a sandbox" };
        format!(" isolated in process {}{sandbox}", self.pid)
    }
}
