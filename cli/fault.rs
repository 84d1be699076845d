//! Errors of the command: what, where, how to fix it, and which exit code it is.

mod excerpt;

use std::fmt;
use std::io::IsTerminal;
use std::ops::Range;

use miette::{
    Diagnostic, LabeledSpan, MietteError, MietteSpanContents, ReportHandler, SourceCode, SourceSpan,
    SpanContents,
};

use excerpt::Excerpt;

use crate::terminal::terminal_columns;
use crate::terminal::{escaped, escaped_json, escaped_lines, write_stderr};
use crate::wasm::key;

/// The module or the data is at fault.
pub const EXIT_DATA: u8 = 1;
/// A usage or environment error, such as a file that does not exist.
pub const EXIT_USAGE: u8 = 2;
/// Interrupted by Ctrl-C; as in shells, 128 plus the number of the signal.
pub const EXIT_INTERRUPTED: u8 = 130;

/// The columns that a frame adds to the source: the gutter without its number, and the label below the mark.
const FRAME_COLUMNS: usize = 4 + 9;
/// The least columns of source that are shown, however narrow the terminal is.
const LEAST_COLUMNS: usize = 10;

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
    /// Of the mark in the line, counted from 0.
    column: usize,
    excerpt: Excerpt,
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
        Self { text: text.into(), code: code.to_owned(), help: None, exit: EXIT_DATA, place: None }
    }

    /// The command line or the environment is at fault.
    pub fn environment(code: &str, text: impl Into<String>) -> Self {
        Self { exit: EXIT_USAGE, ..Self::data(code, text) }
    }

    /// Says how to fix it.
    pub fn help(self, text: impl Into<String>) -> Self {
        Self { help: Some(text.into()), ..self }
    }

    /// The help for an error of the system; `otherwise` if there is none for it.
    pub fn help_with(self, error: &std::io::Error, otherwise: &str) -> Self {
        self.help(rp_host::system_help(error).unwrap_or(otherwise))
    }

    /// Puts a text before the help.
    pub fn help_first(self, text: &str) -> Self {
        let help = self.help.map(|help| format!("{text}{help}"));
        Self { help, ..self }
    }

    /// Shows the place in a file; of a span over several lines the first.
    pub fn in_file(self, file: &str, text: &str, span: Range<usize>) -> Self {
        self.in_lines(file, 1, text, span)
    }

    /// The same for a part of a file that begins with this line, counted from 1.
    pub fn in_lines(self, file: &str, first: usize, text: &str, span: Range<usize>) -> Self {
        let (start, end) = line_bounds(text, span.start);
        let line = text[..start].matches('\n').count() + first;
        let mark = span.start - start..span.end.clamp(span.start, end) - start;
        self.in_line(file, line, &text[start..end], mark)
    }

    /// Shows the bytes `mark` of a line in a file; `line` is counted from 1.
    pub fn in_line(mut self, file: &str, line: usize, text: &str, mark: Range<usize>) -> Self {
        let column = text.char_indices().take_while(|(at, _)| *at < mark.start).count();
        let digits = line.to_string().len();
        let room = terminal_columns().saturating_sub(FRAME_COLUMNS + digits).max(LEAST_COLUMNS);
        let excerpt = excerpt::cut(text, mark, room);
        self.place = Some(Box::new(Place { file: file.to_owned(), line, column, excerpt }));
        self
    }

    /// The same error with the exit code of an interruption.
    pub fn interrupted(self) -> Self {
        Self { exit: EXIT_INTERRUPTED, ..self }
    }

    /// The same error as a failure of one message, which does not end a session by itself.
    pub fn of_message(self) -> Self {
        let exit = if self.exit == EXIT_INTERRUPTED { EXIT_INTERRUPTED } else { EXIT_DATA };
        Self { exit, ..self }
    }

    /// The code for programs.
    pub fn code_text(&self) -> &str {
        &self.code
    }

    /// What happened.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How to fix it.
    pub fn help_text(&self) -> Option<&str> {
        self.help.as_deref()
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
        // Strings and a number can always be serialised.
        escaped_json(&serde_json::to_string(&line).unwrap_or_default())
    }

    /// Writes it to standard error, for people or as one JSON line.
    pub fn report(self, is_json: bool) {
        let text = if is_json { self.to_json() } else { Rendered(&self).to_string() };
        write_stderr(text.trim_end());
    }
}

/// The error for people. Lines are wrapped only on a terminal, so that elsewhere a path stays in one piece.
struct Rendered<'a>(&'a Fault);

impl fmt::Display for Rendered<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_terminal = std::io::stderr().is_terminal();
        let options = miette::MietteHandlerOpts::new().wrap_lines(is_terminal).width(terminal_columns());
        options.context_lines(1).build().debug(self.0, f)
    }
}

fn line_bounds(text: &str, at: usize) -> (usize, usize) {
    let start = text[..at].rfind('\n').map_or(0, |i| i + 1);
    let end = text[at..].find('\n').map_or(text.len(), |i| at + i);
    (start, end)
}

impl From<rp_host::Error> for Fault {
    fn from(error: rp_host::Error) -> Self {
        let fault = match error.fault() {
            rp_host::Fault::Module => Self::data(error.code(), error.to_string()),
            _ => Self::environment(error.code(), error.to_string()),
        };
        Self { help: key::help(&error).or_else(|| error.help()), ..fault }
    }
}

impl From<rp_host::config::ConfigError> for Fault {
    fn from(error: rp_host::config::ConfigError) -> Self {
        let fault = match error.fault() {
            rp_host::Fault::Module => Self::data(error.code(), error.text()),
            _ => Self::environment(error.code(), error.text()),
        };
        let help = error.host_error().and_then(key::help).or_else(|| error.help().map(str::to_owned));
        let fault = Self { help, ..fault };
        match (error.path(), error.source_text(), error.span()) {
            (Some(path), Some(text), Some(span)) => fault.in_file(&path.display().to_string(), text, span),
            _ => fault,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&escaped_lines(&self.text, ""))
    }
}

impl std::error::Error for Fault {}

/// The frame indents the later lines of a text.
impl Diagnostic for Fault {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        Some(Box::new(escaped(&self.code)))
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(escaped_lines(help, "")) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &**place as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let label = |mark: &Range<usize>| LabeledSpan::new(Some("here".to_owned()), mark.start, mark.len());
        self.place.as_ref().map(|place| Box::new(std::iter::once(label(&place.excerpt.mark))) as _)
    }
}

/// Always the whole line, numbered as in its file, whatever span is asked for.
impl SourceCode for Place {
    fn read_span<'a>(
        &'a self,
        _span: &SourceSpan,
        context_before: usize,
        _context_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        // Without context the label alone is asked for, to name its column in the heading.
        let column = if context_before == 0 { self.column } else { 0 };
        let text = &self.excerpt.text;
        let whole = (0, text.len()).into();
        let file = escaped(&self.file);
        let contents = MietteSpanContents::new_named(file, text.as_bytes(), whole, self.line - 1, column, 1);
        Ok(Box::new(contents))
    }
}
