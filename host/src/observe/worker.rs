//! What happens to the workers of isolated modules.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

/// Something that happened to the worker of an isolated module. Printed by `{}`, it is one line for people.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct WorkerEvent<'a> {
    /// The instance.
    pub instance: &'a str,
    /// The id of its process; where that has ended, the id that it had.
    pub pid: u32,
    /// What happened.
    pub change: WorkerChange<'a>,
}

/// What happened to a worker.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum WorkerChange<'a> {
    /// It runs, and its instance takes messages.
    Started {
        /// Whether it has a sandbox.
        is_sandboxed: bool,
    },
    /// It ended, by itself or because it broke a limit or a rule.
    Crashed {
        /// What is known of it.
        why: &'a str,
    },
    /// Another one is started in its place.
    Restarting {
        /// After this time.
        after: Duration,
    },
    /// No other one is started in its place.
    GaveUp,
}

impl Display for WorkerEvent<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}: its worker, process {}, ", self.instance, self.pid)?;
        match &self.change {
            WorkerChange::Started { is_sandboxed: true } => f.write_str("started, sandboxed"),
            WorkerChange::Started { is_sandboxed: false } => f.write_str("started, without a sandbox"),
            WorkerChange::Crashed { why } => write!(f, "ended: {why}"),
            WorkerChange::Restarting { after } if after.is_zero() => f.write_str("is replaced at once"),
            WorkerChange::Restarting { after } => write!(f, "is replaced in {:.3} s", after.as_secs_f64()),
            WorkerChange::GaveUp => f.write_str("is not replaced"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_a_line() {
        let told = |change| WorkerEvent { instance: "log", pid: 7, change }.to_string();
        for (change, expected) in [
            (WorkerChange::Started { is_sandboxed: true }, "started, sandboxed"),
            (WorkerChange::Started { is_sandboxed: false }, "started, without a sandbox"),
            (WorkerChange::Crashed { why: "SIGSEGV" }, "ended: SIGSEGV"),
            (WorkerChange::Restarting { after: Duration::ZERO }, "is replaced at once"),
            (WorkerChange::Restarting { after: Duration::from_millis(250) }, "is replaced in 0.250 s"),
            (WorkerChange::GaveUp, "is not replaced"),
        ] {
            assert_eq!(told(change), format!("log: its worker, process 7, {expected}"));
        }
    }
}
