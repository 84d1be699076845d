//! The lines of a file, compressed or not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use flate2::bufread::MultiGzDecoder;

use crate::json::skip_mark;

const BUFFER_BYTES: usize = 1 << 20;

/// A file that is read line by line.
pub struct Lines {
    source: Box<dyn BufRead>,
    line: Vec<u8>,
    /// The lines so far.
    count: usize,
    /// Whether the file ends within a compressed block.
    is_cut: bool,
}

impl Lines {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut source = open(path)?;
        skip_mark(&mut source)?;
        Ok(Self { source, line: Vec::new(), count: 0, is_cut: false })
    }

    /// Reads the next line, if there is one. A compressed file that is cut short ends where its last whole block does.
    pub fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.count += 1;
        match self.source.read_until(b'\n', &mut self.line) {
            Ok(len) => Ok(len > 0),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.is_cut = true;
                Ok(false)
            }
            Err(error) => Err(error),
        }
    }

    /// The line, without what ends it.
    pub fn line(&self) -> &[u8] {
        self.line.trim_ascii_end()
    }

    /// Its number, from 1.
    pub fn number(&self) -> usize {
        self.count
    }

    /// Whether the line has its end.
    pub fn is_whole(&self) -> bool {
        self.line.ends_with(b"\n")
    }

    /// The bytes of the line, if the file ends within a compressed block.
    pub fn cut_bytes(&self) -> usize {
        if self.is_cut { self.line.len() } else { 0 }
    }
}

fn open(path: &Path) -> io::Result<Box<dyn BufRead>> {
    let input: Box<dyn Read> =
        if path == Path::new("-") { Box::new(io::stdin()) } else { Box::new(File::open(path)?) };
    let mut input = BufReader::with_capacity(BUFFER_BYTES, input);
    if !input.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Ok(Box::new(input));
    }
    Ok(Box::new(BufReader::with_capacity(BUFFER_BYTES, MultiGzDecoder::new(input))))
}
