//! What goes to standard output and standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};

use unicode_width::UnicodeWidthStr;

use crate::fault::Fault;
use crate::terminal::{guarded, padded, shown, shown_json};

/// Headings and names.
pub const STRONG: Style = Style::new().bold();
/// What is there but seldom read.
pub const FAINT: Style = Style::new().dimmed();
/// Success.
pub const GOOD: Style = AnsiColor::Green.on_default();
/// Errors.
pub const BAD: Style = AnsiColor::Red.on_default().bold();
/// Warnings, and error responses that nobody called wrong.
pub const WARN: Style = AnsiColor::Yellow.on_default();
/// Message types.
pub const KIND: Style = AnsiColor::Cyan.on_default();

/// What text for people is wrapped to, where it is wrapped at all; errors take the terminal's whole width.
pub const WIDTH: usize = 80;

/// The columns to write into: those of the terminal, and never more than `WIDTH`.
pub fn terminal_width() -> usize {
    terminal_columns().min(WIDTH)
}

/// The columns of the terminal; without one, as many as everybody has.
pub fn terminal_columns() -> usize {
    let columns = terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    columns.filter(|columns| *columns > 0).unwrap_or(WIDTH)
}

/// Standard output: colour only where it is a terminal, and silent from the moment on when its reader has gone, so that
/// `rp run SESSION | head` still ends with the exit code of the whole session.
pub struct Output {
    stream: AutoStream<io::StdoutLock<'static>>,
    is_closed: bool,
}

impl Output {
    /// Takes standard output until the command ends.
    pub fn new() -> Self {
        Self { stream: anstream::stdout().lock(), is_closed: false }
    }

    /// Writes one line, or several.
    pub fn line(&mut self, text: &str) -> Result<(), Fault> {
        self.write(|stream| writeln!(stream, "{}", guarded(text)))
    }

    /// Writes text that on a terminal is folded at its width, later lines `indent` columns to the right. Elsewhere it stays
    /// in one line, for programs that look for a part of it.
    pub fn folded(&mut self, text: &str, indent: usize) -> Result<(), Fault> {
        if !io::stdout().is_terminal() {
            return self.line(text);
        }
        let indent = " ".repeat(indent);
        self.line(&textwrap::fill(text, textwrap::Options::new(terminal_width()).subsequent_indent(&indent)))
    }

    /// Writes one JSON value as a line.
    pub fn json(&mut self, value: &impl serde::Serialize) -> Result<(), Fault> {
        let text = serde_json::to_string(value).map_err(|error| {
            Fault::environment("rp::output", format!("the output cannot be written as JSON: {error}"))
        })?;
        self.line(&shown_json(&text))
    }

    /// Writes JSON that a module made: byte for byte, unless a terminal shows it.
    pub fn json_of_module(&mut self, text: &str) -> Result<(), Fault> {
        if io::stdout().is_terminal() {
            return self.line(&shown_json(text));
        }
        // Past the stream that takes colours off where none are wanted: it takes more off than these.
        self.write(|_| writeln!(io::stdout(), "{text}"))
    }

    fn write(
        &mut self,
        write: impl FnOnce(&mut AutoStream<io::StdoutLock<'static>>) -> io::Result<()>,
    ) -> Result<(), Fault> {
        if self.is_closed {
            return Ok(());
        }
        if !leads_where_it_did() {
            let text = "standard output was closed or replaced while rp ran; a module did it";
            return Err(Fault::data("rp::output", text)
                .help("a module leaves the descriptors alone that it did not open (rule 4)"));
        }
        match write(&mut self.stream).and_then(|()| self.stream.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            Err(error) => {
                Err(Fault::environment("rp::output", format!("standard output cannot be written: {error}"))
                    .help_with(&error, "see whether the disk is full"))
            }
            Ok(()) => Ok(()),
        }
    }
}

/// Remembers where standard output leads, before any module runs: one may close it or put another file in its place, and
/// Rust takes a closed one for written to.
pub fn remember_target() {
    TARGET.get_or_init(target);
}

static TARGET: OnceLock<Option<(u64, u64)>> = OnceLock::new();

fn leads_where_it_did() -> bool {
    TARGET.get().is_none_or(|remembered| *remembered == target())
}

/// The device and the number on it that standard output leads to; None where it leads nowhere.
#[cfg(unix)]
fn target() -> Option<(u64, u64)> {
    use std::os::fd::AsFd;
    use std::os::unix::fs::MetadataExt;
    let stdout = std::fs::File::from(io::stdout().as_fd().try_clone_to_owned().ok()?);
    stdout.metadata().ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

/// Not asked here.
#[cfg(not(unix))]
fn target() -> Option<(u64, u64)> {
    None
}

/// Text in a style; `Output` takes the style off where colour is not wanted.
pub fn styled(style: Style, text: &str) -> String {
    format!("{style}{text}{style:#}")
}

/// A time that people can read.
pub fn duration(ns: u64) -> String {
    match ns {
        0..1_000 => format!("{ns} ns"),
        1_000..1_000_000 => format!("{:.1} us", ns as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} ms", ns as f64 / 1e6),
        _ => format!("{:.2} s", ns as f64 / 1e9),
    }
}

/// Rows under headings, columns as wide as their widest cell; the last column is left as it is. The cells are shown.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> String {
    let shown_row = |row: &Vec<String>| -> Vec<String> { row.iter().map(|cell| shown(cell)).collect() };
    let rows: Vec<Vec<String>> = rows.iter().map(shown_row).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].width());
        cells.chain([headings[column].len()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    let align = |cells: &[String]| {
        let padded = cells.iter().zip(&widths).map(|(cell, width)| padded(cell, *width));
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    let head: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    let mut lines = vec![styled(STRONG, &align(&head))];
    lines.extend(rows.iter().map(|row| align(row)));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        let cases = [(7, "7 ns"), (1_234, "1.2 us"), (2_500_000, "2.5 ms"), (61_000_000_000, "61.00 s")];
        for (ns, expected) in cases {
            assert_eq!(duration(ns), expected);
        }
    }

    #[test]
    fn columns_line_up() {
        let rows = vec![vec!["a".into(), "bbb".into()], vec!["cccc".into(), "d".into()]];
        let plain = anstream::adapter::strip_str(&table(&["X", "Y"], &rows)).to_string();
        assert_eq!(plain, "X     Y\na     bbb\ncccc  d");
    }
}
