//! Faults that belong to no single check: a module that crashes, panics or forks over a message does so in every check that
//! sends it.

use crate::check::Rule;
use crate::checks;
use crate::journal::FORKED;
use crate::outcome::Kind;
use crate::runner::Finding;

/// The cause of a finding, if it is not what the check is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// One sentence; findings with the same one have one fault in common.
    pub text: String,
    /// The rule that is broken.
    pub rule: Rule,
}

impl Finding {
    /// The fault that this finding shares with others, if it is of such a kind.
    pub fn cause(&self) -> Option<Cause> {
        let text = &self.outcome.text;
        let (text, check) = match self.outcome.kind {
            Kind::Crash => {
                (format!("{} crashes: {text}", at_work(&self.outcome.evidence)?), "faults/no-exit")
            }
            Kind::Fail if text == FORKED => (text.clone(), "faults/no-fork"),
            Kind::Fail => {
                let asked = text.strip_prefix("the module panicked over ")?;
                let asked = asked.rsplit_once(": status ").map_or(asked, |(asked, _)| asked);
                (format!("{} panics", label(asked)), "faults/no-panic")
            }
            _ => return None,
        };
        Some(Cause { text, rule: checks::find(check)?.rule })
    }
}

/// What was asked of the module last, if it did not answer.
fn at_work(evidence: &[String]) -> Option<String> {
    let last = evidence.iter().rfind(|step| !step.starts_with("on standard error: "))?;
    match last.strip_prefix("sent ") {
        Some(asked) => Some(label(asked)),
        None => ["create", "destroy"].contains(&last.as_str()).then(|| last.clone()),
    }
}

/// A message's type, and the name of a command: its arguments differ from check to check.
fn label(asked: &str) -> String {
    let (message_type, payload) = asked.split_once(' ').unwrap_or((asked, ""));
    let payload = serde_json::from_str::<serde_json::Value>(payload).unwrap_or_default();
    match payload["name"].as_str().filter(|_| message_type == "command") {
        Some(name) => format!("command {name}"),
        None => message_type.to_owned(),
    }
}
