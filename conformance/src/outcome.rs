//! The outcome of a check.

use serde::{Deserialize, Serialize};

use crate::os::Gap;

/// The outcome of one check on one module.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// The result in one word.
    pub kind: Kind,
    /// Why, for people; empty after a pass.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What was sent and what came back last.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// A result in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The rule is kept.
    Pass,
    /// The rule is kept, and there is something that the author should look at.
    Warn,
    /// The rule is broken.
    Fail,
    /// The process died of it.
    Crash,
    /// It did not end.
    Timeout,
    /// There is nothing to check in this module, or on this system; the text says why.
    Skip,
    /// It could not be checked, since the module fails at what every such check begins with; the text names the check for
    /// that.
    Blocked,
    /// It could not be checked, since the system had no room for it: nothing is known about the module.
    Unstarted,
}

impl Kind {
    /// Every kind, in the order of a summary.
    pub const ALL: [Kind; 8] = [
        Kind::Pass,
        Kind::Warn,
        Kind::Fail,
        Kind::Crash,
        Kind::Timeout,
        Kind::Skip,
        Kind::Blocked,
        Kind::Unstarted,
    ];

    /// `pass`, `warn`, ...
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Pass => "pass",
            Kind::Warn => "warn",
            Kind::Fail => "fail",
            Kind::Crash => "crash",
            Kind::Timeout => "timeout",
            Kind::Skip => "skip",
            Kind::Blocked => "blocked",
            Kind::Unstarted => "unstarted",
        }
    }

    /// Whether the module broke a rule.
    pub fn is_bad(self) -> bool {
        matches!(self, Kind::Fail | Kind::Crash | Kind::Timeout)
    }

    /// Whether a check that applies has no result: a green result allows no such check.
    pub fn is_open(self) -> bool {
        matches!(self, Kind::Blocked | Kind::Unstarted)
    }

    /// Whether the check found something, even if only a warning.
    pub fn is_finding(self) -> bool {
        self.is_bad() || self == Kind::Warn
    }
}

impl Outcome {
    pub(crate) fn new(kind: Kind, text: impl Into<String>) -> Self {
        Outcome { kind, text: text.into(), evidence: Vec::new() }
    }

    /// A finding of a check that only advises is a warning.
    pub(crate) fn into_advice(mut self) -> Self {
        if self.kind.is_bad() {
            self.text = if self.kind == Kind::Fail {
                self.text
            } else {
                format!("{}: {}", self.kind.as_str(), self.text)
            };
            self.kind = Kind::Warn;
        }
        self
    }
}

/// What the text of an advice begins with if the module crashed.
pub(crate) const CRASH: &str = "crash: ";
/// The parts of the text about a random session: what it begins with, what stands before its end, and two ends.
pub(crate) const SESSION: &str = "with --seed ";
pub(crate) const SHRUNK: &str = " messages: ";
pub(crate) const SESSION_CRASHED: &str = "the process crashed: ";
pub(crate) const SESSION_PANICKED: &str = "the module panicked";

/// What a check returns: nothing when the rule is kept.
pub(crate) type Verdict = Result<(), Stop>;

/// Why a check ended early.
#[derive(Debug)]
pub(crate) enum Stop {
    Fail(String),
    Warn(String),
    Skip(String),
    Blocked(String),
    Unstarted(String),
}

impl From<Verdict> for Outcome {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Ok(()) => Outcome::new(Kind::Pass, ""),
            Err(Stop::Fail(text)) => Outcome::new(Kind::Fail, text),
            Err(Stop::Warn(text)) => Outcome::new(Kind::Warn, text),
            Err(Stop::Skip(text)) => Outcome::new(Kind::Skip, text),
            Err(Stop::Blocked(text)) => Outcome::new(Kind::Blocked, text),
            Err(Stop::Unstarted(text)) => Outcome::new(Kind::Unstarted, text),
        }
    }
}

/// The rule is broken.
pub(crate) fn fail<T>(text: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Fail(text.into()))
}

/// Something that the author should look at.
pub(crate) fn warn<T>(text: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Warn(text.into()))
}

/// There is nothing to check.
pub(crate) fn skip<T>(text: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Skip(text.into()))
}

/// The module fails at what comes before this check; the text names the check that says so.
pub(crate) fn blocked<T>(text: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Blocked(text.into()))
}

/// What the system does not tell cannot be checked there; if only its call failed, nothing is known.
impl From<Gap> for Stop {
    fn from(gap: Gap) -> Self {
        match gap {
            Gap::Lacks(what) => Stop::Skip(what.to_owned()),
            Gap::Failed(error) => Stop::Unstarted(error),
        }
    }
}

/// Fails unless something holds.
pub(crate) fn ensure(holds: bool, text: impl FnOnce() -> String) -> Verdict {
    if holds { Ok(()) } else { Err(Stop::Fail(text())) }
}
