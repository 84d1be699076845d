//! What is wrong with a line of a session.

use std::ops::Range;

use crate::fault::Fault;

/// What is wrong with a session file, and where.
#[derive(Debug, PartialEq, Eq)]
pub struct SessionFault {
    /// Counted from 1.
    pub line: usize,
    /// Bytes of the line.
    pub span: Range<usize>,
    /// In words.
    pub text: String,
}

impl SessionFault {
    /// The error of a line that is no message of a session: `file` is the session's name, `text` the whole line.
    pub fn malformed(&self, file: &str, text: &str) -> Fault {
        Fault::data("rp::session::malformed", format!("line {}: {}", self.line, self.text))
            .help("each line is one JSON object with module, type, payload, expect, as, note; see `rp run --help`")
            .in_line(file, self.line, text, self.span.clone())
    }
}
