//! How a worker ended, and what its calls are told of it: one gets the reason, the others that it is gone.

use crate::error::{CallFault, Crash};
use crate::os::End;

/// Why the host ended a worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// The module panicked.
    Panic,
    /// A call took too long.
    Time,
    /// It broke the rules of its channel.
    Protocol(&'static str),
    /// The instance is gone, or never was.
    Over,
}

/// What is known of the end of a worker.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) reason: Option<Reason>,
    /// What the first call was told.
    told: Option<String>,
}

impl Outcome {
    /// The fault of a call that found the worker gone, which ended like that; `crash` tells of a signal.
    pub(super) fn tell(&mut self, end: End, crash: impl FnOnce(i32) -> Crash) -> CallFault {
        if let Some(told) = &self.told {
            return CallFault::WorkerLost(told.clone());
        }
        let fault = match self.reason {
            None => of_end(end, crash),
            Some(Reason::Protocol(what)) => CallFault::Protocol(what),
            Some(Reason::Panic) => CallFault::WorkerLost("the module panicked".into()),
            Some(Reason::Time) => CallFault::WorkerLost("it took too long".into()),
            Some(Reason::Over) => CallFault::WorkerLost("the instance is gone".into()),
        };
        self.told = Some(fault.to_string());
        fault
    }

    /// Notes what the call is told that had the worker ended.
    pub(super) fn told(&mut self, fault: &CallFault) {
        self.told.get_or_insert_with(|| fault.to_string());
    }

    /// Whether somebody knows of the end: a call was told, or will be, or nobody has to be.
    pub(super) fn is_explained(&self) -> bool {
        let is_known = matches!(self.reason, Some(Reason::Panic | Reason::Time | Reason::Over));
        is_known || self.told.is_some()
    }

    /// Why the instance is dead, in words that follow a colon.
    pub(super) fn death_reason(&self) -> &'static str {
        match self.reason {
            Some(Reason::Panic) => "it panicked and is dead",
            Some(Reason::Time) => "it was stopped and is dead",
            Some(Reason::Protocol(_)) => "it broke the rules of its channel and is dead",
            Some(Reason::Over) => "it is gone",
            None => "its process ended, so it is dead",
        }
    }
}

/// The fault for the end of a process that nobody here had asked for.
fn of_end(end: End, crash: impl FnOnce(i32) -> Crash) -> CallFault {
    match end {
        End::Exited(code) => CallFault::Exited { code },
        End::Signalled(number) => CallFault::Crashed(crash(number)),
        End::Unknown => CallFault::Crashed(Crash {
            signal: "its process ended".into(),
            note: Some(
                "how is unknown, since the program around the host takes the status of its children".into(),
            ),
            ..Crash::default()
        }),
    }
}
