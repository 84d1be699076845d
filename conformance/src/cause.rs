//! Faults that belong to no single check: a module that crashes, panics or forks over a message does so in every check that
//! sends it.

use rp_host::abi::RP_ERR_PANIC;

use crate::check::Rule;
use crate::checks;
use crate::journal::{FORKED, LOADER};
use crate::os;
use crate::outcome::{CRASH, Kind, SESSION, SESSION_CRASHED, SESSION_PANICKED, SHRUNK};
use crate::runner::Finding;

/// The cause of a finding, if it is not what the check is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// One sentence; findings with the same one have one fault in common.
    pub text: String,
    /// The rule that is broken.
    pub rule: Rule,
}

/// What became of the module over a message, and the check that is about that.
struct Fault {
    text: String,
    check: &'static str,
}

impl Finding {
    /// The fault that this finding shares with others, if it is of such a kind.
    pub fn cause(&self) -> Option<Cause> {
        let (text, evidence) = (self.outcome.text.as_str(), &self.outcome.evidence);
        let fault = match self.outcome.kind {
            Kind::Crash => crash(at_work(evidence)?, text),
            Kind::Warn if text.starts_with(CRASH) => crash(at_work(evidence)?, &text[CRASH.len()..]),
            Kind::Fail | Kind::Warn if text == FORKED => {
                Fault { text: text.to_owned(), check: "faults/no-fork" }
            }
            Kind::Fail | Kind::Warn => in_a_session(text).or_else(|| panic(text, evidence))?,
            _ => return None,
        };
        Some(Cause { text: fault.text, rule: checks::find(fault.check)?.rule })
    }

    /// The rule that was broken: that of the cause, or else the one that the check is about.
    pub fn rule(&self) -> Rule {
        self.cause().map_or(self.check.rule, |cause| cause.rule)
    }
}

/// The module took its process with it, `how`, while it was busy with what is named.
fn crash(asked: String, how: &str) -> Fault {
    let check = match asked.as_str() {
        _ if how.starts_with(os::ABORTED) || how.starts_with("the module ended the process") => {
            "faults/no-exit"
        }
        _ if how.starts_with("the module closed descriptors") => "environment/descriptors",
        "create" => "life/create",
        "destroy" => "life/frees-all",
        _ => "messages/response",
    };
    Fault { text: format!("{asked} crashes: {how}"), check }
}

/// The module panicked over the message that the text or the last step tells of; what comes after that says nothing.
fn panic(text: &str, evidence: &[String]) -> Option<Fault> {
    let named = text.strip_prefix("the module panicked over ");
    let named = named.map(|asked| asked.rsplit_once(": status ").map_or(asked, |(asked, _)| asked));
    let panicked = format!("got status {RP_ERR_PANIC}");
    let is_last = || own_steps(evidence).next_back().is_some_and(|step| step.trim_end() == panicked);
    let last = || own_steps(evidence).rev().find_map(|step| step.strip_prefix("sent "));
    let asked = named.or_else(|| if is_last() { last() } else { None })?;
    Some(Fault { text: format!("{} panics", label(asked)), check: "faults/no-panic" })
}

/// What ended a random session, whose last message is the last line of the text.
fn in_a_session(text: &str) -> Option<Fault> {
    let (_, ended) = text.strip_prefix(SESSION)?.split_once(SHRUNK)?;
    let (ended, messages) = ended.split_once('\n')?;
    let asked = label(messages.lines().last()?.trim_start());
    if ended == SESSION_PANICKED {
        return Some(Fault { text: format!("{asked} panics"), check: "faults/no-panic" });
    }
    ended.strip_prefix(SESSION_CRASHED).map(|how| crash(asked, how))
}

/// What was done to the module, without what came of it on standard error or in its loader.
fn own_steps(evidence: &[String]) -> impl DoubleEndedIterator<Item = &String> {
    evidence.iter().filter(|step| !step.starts_with("on standard error: ") && !step.starts_with(LOADER))
}

/// What was asked of the module last, if it did not answer.
fn at_work(evidence: &[String]) -> Option<String> {
    let last = own_steps(evidence).next_back()?;
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
