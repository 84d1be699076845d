//! Errors of the command: what, where, how to mend it, and which exit code it is.

use std::fmt;
use std::io::{IsTerminal, Write};
use std::ops::Range;

use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, ReportHandler, SourceCode, SourceSpan,
    SpanContents,
};

use crate::output::printable;
use crate::session::SessionFault;
use crate::wasm;

/// The module or the data is at fault.
pub const EXIT_DATA: u8 = 1;
/// Usage or environment, a path that is not there included.
pub const EXIT_USAGE: u8 = 2;
/// Somebody pressed Ctrl-C, as shells count it: 128 and the signal's number.
pub const EXIT_INTERRUPTED: u8 = 130;

/// A source line past this many bytes is named, not shown.
const SHOWN_LINE_BYTES: usize = 400;

/// An error on its way to standard error.
#[derive(Debug)]
pub struct Fault {
    text: String,
    code: String,
    help: Option<String>,
    exit: u8,
    place: Option<Box<Place>>,
}

/// The line of a file that an error is about.
#[derive(Debug)]
struct Place {
    file: String,
    /// Counted from 1.
    line: usize,
    text: String,
    label: LabeledSpan,
}

/// The error for programs.
#[derive(serde::Serialize)]
struct Line<'a> {
    status: &'a str,
    error: &'a str,
    code: &'a str,
    help: Option<&'a str>,
    line: Option<usize>,
}

impl Fault {
    /// The module or the data is at fault.
    pub fn data(code: &str, text: impl Into<String>) -> Self {
        Self {
            text: printable(&text.into()),
            code: code.to_owned(),
            help: None,
            exit: EXIT_DATA,
            place: None,
        }
    }

    /// The command line or the environment is at fault.
    pub fn environment(code: &str, text: impl Into<String>) -> Self {
        Self { exit: EXIT_USAGE, ..Self::data(code, text) }
    }

    /// Says how to mend it.
    pub fn help(self, text: impl Into<String>) -> Self {
        Self { help: Some(text.into()), ..self }
    }

    /// Shows the place in a session file.
    pub fn at(self, file: &str, text: &str, fault: &SessionFault) -> Self {
        self.in_file(file, text, fault.span.clone())
    }

    /// Shows the place in a file; of a span over several lines the first.
    pub fn in_file(mut self, file: &str, text: &str, span: Range<usize>) -> Self {
        let (start, end) = line_bounds(text, span.start);
        let line = text[..start].matches('\n').count() + 1;
        if end - start > SHOWN_LINE_BYTES {
            self.text = format!("{file}:{line}: {}", self.text);
            return self;
        }
        let shown = span.end.min(end).saturating_sub(span.start);
        let label = LabeledSpan::new(Some("here".to_owned()), span.start - start, shown);
        let text = text[start..end].to_owned();
        self.place = Some(Box::new(Place { file: file.to_owned(), line, text, label }));
        self
    }

    /// The same with the exit code of an interruption.
    pub fn interrupted(self) -> Self {
        Self { exit: EXIT_INTERRUPTED, ..self }
    }

    /// The same as a failure of one message, which ends no session by itself.
    pub fn of_message(self) -> Self {
        let exit = if self.exit == EXIT_INTERRUPTED { EXIT_INTERRUPTED } else { EXIT_DATA };
        Self { exit, ..self }
    }

    /// A session file that cannot be read as one.
    pub fn session(file: &str, text: &str, fault: &SessionFault) -> Self {
        Self::data("rp::session::malformed", format!("line {}: {}", fault.line, fault.text))
            .help("each line is one JSON object with module, type, payload, expect, as, note; see `rp run --help`")
            .at(file, text, fault)
    }

    /// The exit code of the process.
    pub fn exit(&self) -> u8 {
        self.exit
    }

    fn to_json(&self) -> String {
        let line = Line {
            status: "error",
            error: &self.text,
            code: &self.code,
            help: self.help.as_deref(),
            line: self.place.as_ref().map(|place| place.line),
        };
        // Strings and a number can always be written.
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// Writes it to standard error, for people or as one JSON line.
    pub fn report(self, is_json: bool) {
        let text = if is_json { self.to_json() } else { Rendered(&self).to_string() };
        // Nobody is left to be told where standard error is closed.
        let _ = writeln!(anstream::stderr(), "{}", text.trim_end());
    }
}

/// The error for people. Lines are folded only on a terminal: elsewhere a path stays in one piece.
struct Rendered<'a>(&'a Fault);

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_terminal = std::io::stderr().is_terminal();
        let handler = miette::MietteHandlerOpts::new().wrap_lines(is_terminal).context_lines(1).build();
        handler.debug(self.0, f)
    }
}

fn line_bounds(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    (start, end)
}

/// The text of a checked call's response.
pub fn response_text(reply: &rp_host::Reply) -> Result<&str, Fault> {
    reply
        .text()
        .map_err(|error| Fault::data("rp::call::not_utf8", format!("the response is not UTF-8: {error}")))
}

impl From<rp_host::Error> for Fault {
    fn from(error: rp_host::Error) -> Self {
        let fault = match error.fault() {
            rp_host::Fault::Module => Self::data(error.code(), error.to_string()),
            _ => Self::environment(error.code(), error.to_string()),
        };
        Self { help: wasm::help(&error).or_else(|| error.help()), ..fault }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Fault {}

impl Diagnostic for Fault {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(&self.code))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &**place as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        self.place.as_ref().map(|place| Box::new(std::iter::once(place.label.clone())) as _)
    }
}

/// The one line, whatever part of it and however much around it is asked for, numbered as in its file.
impl SourceCode for Place {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        context_before: usize,
        _context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context the label alone is asked for, to name its column in the heading.
        let column = if context_before == 0 { span.offset() } else { 0 };
        let whole = (0, self.text.len()).into();
        let file = self.file.clone();
        let contents =
            MietteSpanContents::new_named(file, self.text.as_bytes(), whole, self.line - 1, column, 1);
        Ok(Box::new(contents))
    }
}
