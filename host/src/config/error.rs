//! The error of reading, checking or applying an `rp.toml`.

use std::fmt;
use std::ops::Range;
use std::path::Path;

use super::fault::ConfigFault;
use super::source::Source;
use crate::error::{Error, Fault, system_help};

/// Why an `rp.toml` cannot be read, contradicts itself, or cannot be applied.
///
/// What is printed by `{}` is readable as it is: the text, the line of the file with the part at fault marked, and the help.
/// `{:?}` prints the same, for programs whose `main` returns it. Who has a renderer of diagnostics takes the parts.
///
/// ```
/// use std::path::Path;
/// use rp_host::config::ConfigFile;
///
/// let error = ConfigFile::parse(Path::new("rp.toml"), "[module.a]\npth = 1\n".into()).unwrap_err();
/// assert_eq!((error.code(), error.line()), ("rp::config::malformed", Some(2)));
/// assert!(error.help().unwrap().starts_with("did you mean path?"));
/// assert!(error.to_string().contains("
///  --> rp.toml:2:1
///   |
/// 2 | pth = 1
///   | ^^^
///   = help: did you mean path?"));
/// ```
pub struct ConfigError(Box<Inner>);

struct Inner {
    code: &'static str,
    fault: Fault,
    text: String,
    help: Option<String>,
    place: Option<(Source, Range<usize>)>,
    cause: Option<Error>,
}

impl ConfigError {
    /// An error of whoever wrote the file or chose the folders.
    pub(super) fn new(code: &'static str, text: impl Into<String>) -> Self {
        let text = text.into();
        Self(Box::new(Inner { code, fault: Fault::Operator, text, help: None, place: None, cause: None }))
    }

    /// What is wrong in a file.
    pub(super) fn in_file(source: &Source, fault: ConfigFault) -> Self {
        let text = format!("{}: {}", source.path.display(), fault.text);
        Self::new(fault.code, text).with_help(fault.help).at(source, fault.span)
    }

    pub(super) fn with_help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
        self
    }

    /// The help for an error of the system; `otherwise` if there is none for it.
    pub(super) fn with_system_help(self, error: &std::io::Error, otherwise: &str) -> Self {
        self.with_help(system_help(error).unwrap_or(otherwise))
    }

    /// Puts a question before the help.
    pub(super) fn with_question(mut self, question: &str) -> Self {
        self.0.help = self.0.help.map(|help| format!("{question}{help}"));
        self
    }

    /// Marks the part of the file that it is about.
    pub(super) fn at(mut self, source: &Source, span: Range<usize>) -> Self {
        self.0.place = Some((source.clone(), span));
        self
    }

    /// A stable name such as `rp::config::malformed`, for programs; where the host failed, its code.
    pub fn code(&self) -> &'static str {
        self.0.code
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        self.0.fault
    }

    /// What is wrong, in one line or several; without place and help.
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// How to fix it, where that can be said.
    pub fn help(&self) -> Option<&str> {
        self.0.help.as_deref()
    }

    /// The path of the file, as it was given, where the error has a place in it.
    pub fn path(&self) -> Option<&Path> {
        self.0.place.as_ref().map(|(source, _)| &*source.path)
    }

    /// The whole text of the file, where the error has a place in it.
    pub fn source_text(&self) -> Option<&str> {
        self.0.place.as_ref().map(|(source, _)| &*source.text)
    }

    /// The bytes of [`source_text`](Self::source_text) that are at fault.
    pub fn span(&self) -> Option<Range<usize>> {
        self.0.place.as_ref().map(|(_, span)| span.clone())
    }

    /// The line of the file that it is about, counted from 1.
    pub fn line(&self) -> Option<usize> {
        self.0.place.as_ref().map(|(source, span)| source.line_of(span).number)
    }

    /// The error of the host, where applying the file failed: to open its store, or to load an instance.
    pub fn host_error(&self) -> Option<&Error> {
        self.0.cause.as_ref()
    }
}

impl From<Error> for ConfigError {
    fn from(error: Error) -> Self {
        Self(Box::new(Inner {
            code: error.code(),
            fault: error.fault(),
            text: error.to_string(),
            help: error.help(),
            place: None,
            cause: Some(error),
        }))
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.text)?;
        let margin = match &self.0.place {
            Some((source, span)) => source.write_frame(span, f)?,
            None => 1,
        };
        match &self.0.help {
            Some(help) => write!(f, "\n{:margin$} = help: {help}", ""),
            None => Ok(()),
        }
    }
}

impl fmt::Debug for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for ConfigError {}
