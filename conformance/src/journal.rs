//! What was done to the module, kept so that a finding can show it; in a worker also told to the parent at once, since a
//! crash takes the memory with it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::Write;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Steps that a finding shows.
const KEPT: usize = 6;
/// A text in a step is cut here.
const SHOWN_BYTES: usize = 300;

struct Journal {
    steps: VecDeque<String>,
    /// What would have ended this process, had it not been in a sandbox.
    died: Option<String>,
    report: Option<File>,
}

static JOURNAL: Mutex<Journal> = Mutex::new(Journal { steps: VecDeque::new(), died: None, report: None });

fn journal() -> MutexGuard<'static, Journal> {
    JOURNAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins a check.
pub(crate) fn begin() {
    let mut journal = journal();
    journal.steps.clear();
    journal.died = None;
}

/// A sandbox kept the module from ending this process; whatever the check is about, it ends as it would have.
pub(crate) fn set_died(text: String) {
    journal().died.get_or_insert(text);
}

/// What would have ended this process.
pub(crate) fn died() -> Option<String> {
    journal().died.clone()
}

/// From now on steps are also written to the parent.
pub(crate) fn report_to(report: File) {
    journal().report = Some(report);
}

/// Takes one step down.
pub(crate) fn step(text: impl Into<String>) {
    let text = text.into();
    let mut journal = journal();
    if let Some(report) = &mut journal.report {
        // A parent that is gone needs no report.
        let _gone = report.write_all(format!("> {}\n", text.replace('\n', "\\n")).as_bytes());
    }
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
pub(crate) fn finish(outcome: &str) {
    if let Some(report) = &mut journal().report {
        let _gone = report.write_all(format!("= {outcome}\n").as_bytes());
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
