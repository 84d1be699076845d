//! What was done to the module, kept so that a finding can show it. A worker also reports it to its parent at once,
//! since its memory is lost in a crash.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::os;
use crate::outcome::{Kind, Outcome};

/// How many steps a finding shows.
const KEPT: usize = 6;
/// What a worker's lines begin with: the check begins, why it did not, a step, the outcome.
pub(crate) const BEGUN: &str = "@ ";
pub(crate) const REFUSED: &str = "! ";
pub(crate) const STEP: &str = "> ";
pub(crate) const OUTCOME: &str = "= ";
/// What a forked copy of this process reports when the call returns in it.
pub(crate) const FORKED: &str = "the module forked, and the copy of the process came back from the call";
/// What the step begins with in which a loader finds something.
pub(crate) const LOADER: &str = "the loader: ";
/// The length at which a text in a step is cut.
const SHOWN_BYTES: usize = 300;

struct Journal {
    steps: VecDeque<String>,
    /// What would have ended this process, had it not been in a sandbox.
    died: Option<String>,
    /// How the process of an isolated module ended. No steps are kept behind that, as there are none behind a crash of this one.
    crashed: Option<String>,
    report: Option<File>,
}

static JOURNAL: Mutex<Journal> =
    Mutex::new(Journal { steps: VecDeque::new(), died: None, crashed: None, report: None });

fn journal() -> MutexGuard<'static, Journal> {
    JOURNAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a check.
pub(crate) fn begin() {
    let mut journal = journal();
    journal.steps.clear();
    journal.died = None;
    journal.crashed = None;
}

/// Records what would have ended this process, had a sandbox not prevented it: the check ends with that, whatever it is
/// about.
pub(crate) fn set_died(text: String) {
    journal().died.get_or_insert(text);
}

/// What would have ended this process.
pub(crate) fn died() -> Option<String> {
    journal().died.clone()
}

/// Records how the process of an isolated module ended.
pub(crate) fn set_crashed(how: String) {
    journal().crashed.get_or_insert(how);
}

/// How the process of an isolated module ended, if it did.
pub(crate) fn crashed() -> Option<String> {
    journal().crashed.clone()
}

/// From now on steps are also written to the parent.
pub(crate) fn report_to(report: File) {
    journal().report = Some(report);
    tell(BEGUN, "");
}

/// What reports to the parent; None if nothing does.
pub(crate) fn report() -> Option<File> {
    journal().report.as_ref()?.try_clone().ok()
}

/// Records one step.
pub(crate) fn step(text: impl Into<String>) {
    end_a_copy();
    if journal().crashed.is_some() {
        return;
    }
    let text = text.into();
    tell(STEP, &text.replace('\n', "\\n"));
    let mut journal = journal();
    journal.steps.push_back(text);
    if journal.steps.len() > KEPT {
        journal.steps.pop_front();
    }
}

/// The last steps.
pub(crate) fn steps() -> Vec<String> {
    journal().steps.iter().cloned().collect()
}

/// Writes the outcome to the parent.
pub(crate) fn finish(outcome: &Outcome) {
    end_a_copy();
    tell(OUTCOME, &serde_json::to_string(outcome).unwrap_or_default());
}

/// Writes one line to the parent, in one piece: copies of this process may write too.
fn tell(word: &str, text: &str) {
    if let Some(report) = &mut journal().report {
        // A parent that is gone needs no report.
        let _gone = report.write_all(format!("{word}{text}\n").as_bytes());
    }
}

/// A copy of this process that the module made must not go on with the check: it would report and fork in its stead.
fn end_a_copy() {
    if os::is_a_copy() {
        let outcome = Outcome::new(Kind::Fail, FORKED);
        tell(OUTCOME, &serde_json::to_string(&outcome).unwrap_or_default());
        os::exit_at_once(1);
    }
}

/// The last lines that a parent keeps of a worker's steps.
pub(crate) fn keep_last(steps: &mut VecDeque<String>, step: String) {
    steps.push_back(step);
    if steps.len() > KEPT {
        steps.pop_front();
    }
}

/// Bytes as text, long ones cut short.
pub(crate) fn shown(bytes: &[u8]) -> String {
    if bytes.len() <= SHOWN_BYTES {
        return String::from_utf8_lossy(bytes).into_owned();
    }
    format!("{}… ({} bytes)", String::from_utf8_lossy(&bytes[..SHOWN_BYTES]), bytes.len())
}
