//! What goes to standard output and standard error.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use anstream::AutoStream;

use crate::fault::Fault;
use crate::terminal::{guarded, shown_json, terminal_width};

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
            let text = "a module closed or replaced standard output while rp ran";
            return Err(Fault::data("rp::output", text)
                .help("a module must leave alone the descriptors that it did not open (rule 4)"));
        }
        match write(&mut self.stream).and_then(|()| self.stream.flush()) {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.is_closed = true;
                Ok(())
            }
            Err(error) => {
                Err(Fault::environment("rp::output", format!("standard output cannot be written: {error}"))
                    .help_with(&error, "check whether the disk is full"))
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
