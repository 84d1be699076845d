//! What is wrong with a line of a session.

use std::ops::Range;

use crate::fault::Fault;

const FORM: &str = "each step is one JSON object with module, type, payload, expect, events, log, as, note; see `rp run --help`";
const COMMENT: &str = "a comment begins with //";

/// What is wrong with a step, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct SessionFault {
    /// The first line of the step, counted from 1.
    pub line: usize,
    /// Bytes of the step.
    pub span: Range<usize>,
    /// In words.
    pub text: String,
}

impl SessionFault {
    /// The error of what is no message of a session: `file` is the session's name, `source` the whole step.
    pub fn malformed(&self, file: &str, source: &str) -> Fault {
        let line = self.line + source[..self.span.start].matches('\n').count();
        let help = if source[self.span.start..].starts_with('#') { COMMENT } else { FORM };
        Fault::data("rp::session::malformed", format!("line {line}: {}", self.text)).help(help).in_lines(
            file,
            self.line,
            source,
            self.span.clone(),
        )
    }
}
