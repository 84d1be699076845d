//! The process of an isolated instance, for people.

use rp_host::WorkerStatus;

/// That of one that has just been started.
pub fn told(worker: &WorkerStatus) -> String {
    let sandbox = if worker.is_sandboxed { "" } else { " without a sandbox" };
    format!(" isolated in process {}{sandbox}", worker.pid)
}
