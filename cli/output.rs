//! Standard output.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use anstream::AutoStream;

use crate::fault::Fault;
use crate::os::{self, FileId};
use crate::terminal::{escaped_json, sanitized, terminal_width};

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
        self.write(|stream| writeln!(stream, "{}", sanitized(text)))
    }

    /// Writes text that is wrapped on a terminal, with later lines indented by `indent` columns. Elsewhere it stays in one
    /// line, so that programs can search it.
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
        self.line(&escaped_json(&text))
    }

    /// Writes JSON that a module made: byte for byte, unless a terminal shows it.
    pub fn json_of_module(&mut self, text: &str) -> Result<(), Fault> {
        if io::stdout().is_terminal() {
            return self.line(&escaped_json(text));
        }
        // Not through the stream that removes colours: it would remove more than those.
        self.write(|_| writeln!(io::stdout(), "{text}"))
    }

    /// Whether its reader has gone.
    pub fn is_closed(&self) -> bool {
        self.is_closed
    }

    /// Writes lines in the place of everything that the terminal shows.
    pub fn instead(&mut self, text: &str) -> Result<(), Fault> {
        self.write(|stream| writeln!(stream, "\x1b[H\x1b[2J{}", sanitized(text)))
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

/// Standard output for a command that runs no module and whose library writes: colour only where it is a terminal.
pub fn for_a_library() -> AutoStream<io::StdoutLock<'static>> {
    anstream::stdout().lock()
}

/// Remembers the file behind standard output before any module runs: a module may close or replace it, and Rust ignores
/// writes to a closed one.
pub fn remember_target() {
    TARGET.get_or_init(os::stdout_id);
}

static TARGET: OnceLock<Option<FileId>> = OnceLock::new();

fn leads_where_it_did() -> bool {
    TARGET.get().is_none_or(|remembered| *remembered == os::stdout_id())
}
