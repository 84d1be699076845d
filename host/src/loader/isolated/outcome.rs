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
    known: Option<Known>,
}

/// What the calls are told.
struct Known {
    code: &'static str,
    text: String,
    /// The message that the worker crashed of; 0 if none is known.
    message: u64,
    /// For the one call that is told the reason itself.
    fault: Option<CallFault>,
}

impl Known {
    fn of(fault: CallFault) -> Self {
        let message = match &fault {
            CallFault::Crashed(crash) => crash.message,
            _ => 0,
        };
        Known { code: fault.code(), text: fault.to_string(), message, fault: Some(fault) }
    }
}

impl Outcome {
    /// The fault of a call that found the worker gone, which ended like that; `crash` tells of a signal. The reason itself is for
    /// the message that the worker crashed of: `is_other` says whether that is at work and not this one.
    pub(super) fn tell(
        &mut self,
        end: End,
        crash: impl FnOnce(i32) -> Crash,
        is_other: impl FnOnce(u64) -> bool,
    ) -> CallFault {
        let lost = match self.reason {
            Some(Reason::Panic) => "the module panicked",
            Some(Reason::Over) => "the instance is gone",
            Some(Reason::Time) if self.known.is_none() => "it took too long",
            reason => {
                let known = self.known.get_or_insert_with(|| Known::of(of_end(reason, end, crash)));
                let fault = if is_other(known.message) { None } else { known.fault.take() };
                return fault.unwrap_or_else(|| CallFault::WorkerLost(known.text.clone()));
            }
        };
        CallFault::WorkerLost(lost.into())
    }

    /// Notes what the call is told that had the worker ended.
    pub(super) fn told(&mut self, fault: &CallFault) {
        let (code, text) = (fault.code(), fault.to_string());
        self.known.get_or_insert(Known { code, text, message: 0, fault: None });
    }

    /// Whether somebody knows of the end: a call was told, or will be, or nobody has to be.
    pub(super) fn is_explained(&self) -> bool {
        let is_known = matches!(self.reason, Some(Reason::Panic | Reason::Time | Reason::Over));
        is_known || self.known.is_some()
    }

    /// The code of what ended it, as far as that is known.
    pub(super) fn code(&self) -> Option<&'static str> {
        match self.reason {
            Some(Reason::Panic) => Some(CallFault::Panic.code()),
            _ => self.known.as_ref().map(|known| known.code),
        }
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

/// The fault for the end of a process, which broke the rules of its channel or that nobody here had asked for.
fn of_end(reason: Option<Reason>, end: End, crash: impl FnOnce(i32) -> Crash) -> CallFault {
    if let Some(Reason::Protocol(what)) = reason {
        return CallFault::Protocol(what);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn crash_of(message: u64) -> impl Fn(i32) -> Crash {
        move |_| Crash { signal: "SIGSEGV".into(), message, ..Crash::default() }
    }

    /// The codes that these messages are told, one after the other, when message 2 crashed and these are at work.
    fn told(crashed: u64, messages: &[u64], at_work: &[u64]) -> Vec<&'static str> {
        let mut outcome = Outcome::default();
        let tell = |message: &u64| {
            let is_other = |crashed: u64| crashed != *message && at_work.contains(&crashed);
            outcome.tell(End::Signalled(11), crash_of(crashed), is_other).code()
        };
        messages.iter().map(tell).collect()
    }

    #[test]
    fn the_reason_is_for_the_message_that_crashed() {
        let (crashed, lost) = ("rp::call::crashed", "rp::call::worker_lost");
        assert_eq!(told(2, &[1, 2, 3], &[1, 2, 3]), [lost, crashed, lost]);
        assert_eq!(told(2, &[2, 1], &[1, 2]), [crashed, lost]);
        assert_eq!(told(0, &[1, 2], &[1, 2]), [crashed, lost], "a thread of the module's own crashed");
        assert_eq!(told(7, &[1, 2], &[1, 2]), [crashed, lost], "it lies, or its call is over");
    }

    #[test]
    fn the_call_that_had_it_ended_knows_already() {
        let mut outcome = Outcome { reason: Some(Reason::Time), ..Outcome::default() };
        outcome.told(&CallFault::ExpiredAtWork);
        let fault = outcome.tell(End::Signalled(9), crash_of(0), |_| false);
        assert_eq!(
            fault.to_string(),
            CallFault::WorkerLost(CallFault::ExpiredAtWork.to_string()).to_string()
        );
        assert_eq!(outcome.code(), Some("rp::call::timeout"));
    }
}
