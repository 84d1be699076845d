//! What `rp run` prints: text for people, or JSON lines for programs.

use rp_host::WorkerStatus;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::fault::Fault;
use crate::json::JsonPath;
use crate::json::contains::Mismatch;
use crate::output::Output;
use crate::running::worker;
use crate::terminal::{BAD, FAINT, GOOD, WARN, duration, headline, styled};
use crate::terminal::{escaped, escaped_json, escaped_lines};

/// A response past this many characters is cut in the text for people; `--json` has all of it.
const SHOWN_CHARS: usize = 400;

/// Writes each event of a session as it happens.
pub struct SessionOutput {
    output: Output,
    is_json: bool,
    /// Digits of the largest line number.
    width: usize,
}

/// A module that was loaded.
#[derive(Serialize)]
pub struct Loaded<'a> {
    /// The instance, as a session names it.
    pub module: &'a str,
    /// Its module, where that has another name.
    pub of: Option<&'a str>,
    pub version: String,
    pub profile: &'a str,
    pub file: JsonPath<'a>,
    /// Its process, if it has one of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub worker: Option<WorkerStatus>,
    pub elapsed_ns: u64,
}

/// A message and its response.
#[derive(Serialize)]
pub struct Exchange<'a> {
    pub line: usize,
    pub module: &'a str,
    /// Type and name, for people.
    #[serde(skip)]
    pub label: String,
    #[serde(rename = "type")]
    pub message_type: &'a str,
    pub note: Option<&'a str>,
    pub elapsed_ns: u64,
    pub is_success: bool,
    /// None where nothing was expected.
    pub is_as_expected: Option<bool>,
    pub mismatches: &'a [Mismatch],
    /// What --update changes in the line.
    pub updated: &'a [Mismatch],
    pub response: &'a RawValue,
    /// The events and the log lines that it caused, where the step asks for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub events: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<&'a RawValue>,
}

/// The result of a session.
#[derive(Clone, Default, Serialize)]
pub struct Summary {
    /// Steps that were read, including those that could not be sent.
    #[serde(skip)]
    pub steps: usize,
    pub messages: usize,
    pub expectations: usize,
    /// Expectations that were met.
    pub met: usize,
    /// Expectations that were rewritten.
    pub updated: usize,
    /// Error responses to lines that expect nothing.
    pub errors_not_expected: usize,
    pub failed: usize,
    /// Unknown for a stream that was left early.
    pub not_sent: Option<usize>,
    /// How often isolated instances were started again; None where there are none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub restarts: Option<u64>,
    pub elapsed_ns: u64,
}

#[derive(Serialize)]
struct Line<'a, T> {
    kind: &'a str,
    #[serde(flatten)]
    body: T,
}

impl SessionOutput {
    /// For a session whose last line has this number.
    pub fn new(is_json: bool, last_line: usize) -> Self {
        Self { output: Output::new(), is_json, width: last_line.to_string().len() }
    }

    /// A module was loaded.
    pub fn loaded(&mut self, loaded: &Loaded<'_>) -> Result<(), Fault> {
        if self.is_json {
            return self.output.json(&Line { kind: "load", body: loaded });
        }
        let text = format!(
            "{:width$}  load {}{} {} ({}) {}{} {}",
            "",
            loaded.module,
            loaded.of.map_or(String::new(), |module| format!(" = {module}")),
            loaded.version,
            loaded.profile,
            loaded.file.0.display(),
            loaded.worker.as_ref().map_or(String::new(), worker::told),
            duration(loaded.elapsed_ns),
            width = self.width
        );
        self.output.line(&styled(FAINT, &escaped(&text)))
    }

    /// A message was answered.
    pub fn exchange(&mut self, exchange: &Exchange<'_>) -> Result<(), Fault> {
        if self.is_json {
            return self.output.json(&Line { kind: "message", body: exchange });
        }
        let indent = " ".repeat(self.width + 2);
        if let Some(note) = exchange.note {
            let note = escaped_lines(note, &format!("{indent}# "));
            self.output.line(&styled(FAINT, &format!("{indent}# {note}")))?;
        }
        let head = headline(&exchange.label, exchange.module, exchange.elapsed_ns, exchange.is_success);
        self.output.line(&format!("{:>width$}  {head}", exchange.line, width = self.width))?;
        self.output.line(&format!("{indent}{}", shortened(exchange.response.get())))?;
        exchange.updated.iter().try_for_each(|one| {
            self.output.line(&format!("{indent}{} {}", styled(WARN, "updated"), escaped(&one.change())))
        })
    }

    /// The session has ended.
    pub fn summary(&mut self, summary: &Summary) -> Result<(), Fault> {
        if self.is_json {
            return self.output.json(&Line { kind: "summary", body: summary });
        }
        let met = match summary.failed {
            0 => styled(GOOD, &format!("{} met", count(summary.met, "expectation"))),
            failed => styled(BAD, &format!("{failed} failed")),
        };
        let rest = match summary.not_sent {
            Some(0) => String::new(),
            Some(left) => format!(", {}", styled(BAD, &format!("{left} not sent"))),
            None => format!(", {}", styled(BAD, "the rest not sent")),
        };
        self.output.line(&format!(
            "{}, {met}{}{}{rest}{}, {}",
            count(summary.messages, "message"),
            updated(summary.updated),
            not_expected(summary.errors_not_expected),
            restarted(summary.restarts),
            duration(summary.elapsed_ns)
        ))
    }
}

fn updated(expectations: usize) -> String {
    match expectations {
        0 => String::new(),
        some => format!(", {}", styled(WARN, &format!("{some} updated"))),
    }
}

fn not_expected(errors: usize) -> String {
    match errors {
        0 => String::new(),
        some => format!(", {}", styled(WARN, &format!("{} not expected", count(some, "error")))),
    }
}

fn restarted(restarts: Option<u64>) -> String {
    match restarts {
        None | Some(0) => String::new(),
        Some(1) => format!(", {}", styled(WARN, "1 worker restarted")),
        Some(more) => format!(", {}", styled(WARN, &format!("workers restarted {more} times"))),
    }
}

fn count(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN_CHARS) {
        None => escaped_json(text),
        Some((end, _)) => {
            format!("{} … ({} bytes in all; --json prints them)", escaped_json(&text[..end]), text.len())
        }
    }
}
