//! The text of an `rp.toml`, and how an error shows a place in it.

use std::fmt;
use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

/// The most bytes of an `rp.toml`: whatever is longer is something else.
const LARGEST: u64 = 16 << 20;

/// A file that was read. Clones share its text.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// As it was named.
    pub(super) path: Arc<Path>,
    pub(super) text: Arc<str>,
}

/// The line in which a place begins.
pub(super) struct Line<'a> {
    /// Counted from 1.
    pub(super) number: usize,
    text: &'a str,
    /// The bytes of `text` that are marked.
    mark: Range<usize>,
}

impl Source {
    /// Reads a file of at most 16 MiB.
    pub(super) fn read(path: &Path) -> io::Result<Self> {
        let mut bytes = Vec::new();
        File::open(path)?.take(LARGEST + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 > LARGEST {
            return Err(io::Error::other(format!("it is larger than {LARGEST} bytes")));
        }
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            io::Error::new(ErrorKind::InvalidData, format!("it is not UTF-8: byte {at}"))
        })?;
        Ok(Self { path: path.into(), text: text.into() })
    }

    /// The line where a span begins; of a span over several lines the mark ends with the first.
    pub(super) fn line_of(&self, span: &Range<usize>) -> Line<'_> {
        let text = &*self.text;
        let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[span.start..].find('\n').map_or(text.len(), |at| span.start + at);
        let mark = span.start - start..span.end.clamp(span.start, end) - start;
        Line { number: text[..start].matches('\n').count() + 1, text: &text[start..end], mark }
    }

    /// Writes the line with its mark, as rustc does; answers the width of the margin.
    pub(super) fn write_frame(
        &self,
        span: &Range<usize>,
        f: &mut fmt::Formatter<'_>,
    ) -> Result<usize, fmt::Error> {
        let line = self.line_of(span);
        let margin = line.number.to_string().len();
        let columns = |bytes: &str| bytes.chars().count();
        let before = columns(&line.text[..line.mark.start]);
        let marks = "^".repeat(columns(&line.text[line.mark.clone()]).max(1));
        // Each character, tabs too, is shown in one column, so that the marks stand under what they mark.
        let shown: String = line.text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        write!(f, "\n{:margin$}--> {}:{}:{}", "", self.path.display(), line.number, before + 1)?;
        write!(f, "\n{:margin$} |\n{} | {}", "", line.number, shown.trim_end())?;
        write!(f, "\n{:margin$} | {:before$}{marks}", "", "")?;
        Ok(margin)
    }
}
