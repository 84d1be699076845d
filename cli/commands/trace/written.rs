//! What the commands of a trace write.

use crate::fault::Fault;
use crate::output::Output;
use crate::terminal::write_stderr;

/// Says that the end of a file was left out, if it was.
pub fn note_cut(bytes: usize) {
    if bytes > 0 {
        write_stderr(&format!("note: the file ends within a line; {bytes} bytes are left out"));
    }
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

    /// Writes those that are left.
    pub fn flush(&mut self) -> Result<(), Fault> {
        let text = std::mem::take(&mut self.text);
        // The newline behind the last line is added by what writes it.
        text.strip_suffix('\n').map_or(Ok(()), |lines| (self.write)(self.output, lines))
    }
}
