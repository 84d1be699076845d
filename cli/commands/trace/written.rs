//! What the commands of a trace write.

use std::path::Path;

use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::{escaped, write_stderr};
use crate::trace::reader::Seen;

/// Says what a reader would not expect: that several files were read, or that something was left out.
pub fn note(seen: &Seen) {
    notes(seen).iter().for_each(|note| write_stderr(&format!("note: {note}")));
}

/// The same as sentences.
pub fn notes(seen: &Seen) -> Vec<String> {
    let mut notes = Vec::new();
    if seen.files.len() > 1 {
        let names: Vec<_> = seen.files.iter().map(|file| shown(file)).collect();
        notes.push(format!("these files are one trace, and were read in this order: {}", names.join(", ")));
    }
    if let Some(other) = &seen.other {
        notes.push(format!("{} is of another run, and was not read", shown(other)));
    }
    if seen.cut_bytes > 0 {
        notes.push(format!("the file ends within a line; {} bytes are left out", seen.cut_bytes));
    }
    notes
}

fn shown(path: &Path) -> String {
    escaped(&path.display().to_string())
}

/// Lines for standard output, written many at a time: a trace may have a million.
pub struct Block<'a> {
    output: &'a mut Output,
    write: fn(&mut Output, &str) -> Result<(), Fault>,
    text: String,
}

const BLOCK_BYTES: usize = 1 << 16;

impl<'a> Block<'a> {
    /// What we made ourselves.
    pub fn new(output: &'a mut Output) -> Self {
        Self { output, write: Output::line, text: String::new() }
    }

    /// Lines as a file has them.
    pub fn of_file(output: &'a mut Output) -> Self {
        Self { output, write: Output::json_of_module, text: String::new() }
    }

    /// Adds a line.
    pub fn line(&mut self, line: &str) -> Result<(), Fault> {
        self.text.push_str(line);
        self.text.push('\n');
        if self.text.len() < BLOCK_BYTES { Ok(()) } else { self.flush() }
    }

    /// Whether nobody reads them.
    pub fn is_closed(&self) -> bool {
        self.output.is_closed()
    }

    /// Writes those that are left.
    pub fn flush(&mut self) -> Result<(), Fault> {
        let text = std::mem::take(&mut self.text);
        // The newline behind the last line is added by what writes it.
        text.strip_suffix('\n').map_or(Ok(()), |lines| (self.write)(self.output, lines))
    }
}
