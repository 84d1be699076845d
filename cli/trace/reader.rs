//! Reads a trace file line by line, compressed or not.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use flate2::bufread::MultiGzDecoder;

use super::line::{Record, is_of_file};
use crate::fault::Fault;
use crate::json::skip_mark;

const BUFFER_BYTES: usize = 1 << 20;

/// A trace file that is being read.
pub struct TraceReader {
    path: PathBuf,
    source: Box<dyn BufRead>,
    line: Vec<u8>,
    /// The lines so far.
    count: usize,
    /// The bytes of a last line that is not whole: its process was killed, or still writes it.
    cut_bytes: usize,
}

impl TraceReader {
    /// Opens a file; `-` is standard input.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let mut source = open(path).map_err(|error| unreadable(path, &error))?;
        skip_mark(&mut source).map_err(|error| unreadable(path, &error))?;
        Ok(Self { path: path.to_owned(), source, line: Vec::new(), count: 0, cut_bytes: 0 })
    }

    /// Hands over the records one by one, each with its line as it stands in the file.
    pub fn each(
        &mut self,
        mut take: impl FnMut(&Record<'_>, &[u8]) -> Result<(), Fault>,
    ) -> Result<(), Fault> {
        while self.next_line()? {
            let line = self.line.trim_ascii_end();
            if line.is_empty() || is_of_file(line) {
                continue;
            }
            match Record::read(line) {
                Ok(record) => take(&record, line)?,
                Err(_) if !self.line.ends_with(b"\n") => self.cut_bytes = self.line.len(),
                Err(error) => return Err(malformed(&self.path, self.count, &error)),
            }
        }
        Ok(())
    }

    /// The bytes that are left out, since the file ends within a line.
    pub fn cut_bytes(&self) -> usize {
        self.cut_bytes
    }

    /// Whether there is another line. A compressed file that is cut short ends where its last whole block does.
    fn next_line(&mut self) -> Result<bool, Fault> {
        self.line.clear();
        self.count += 1;
        match self.source.read_until(b'\n', &mut self.line) {
            Ok(len) => Ok(len > 0),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                self.cut_bytes = self.line.len();
                Ok(false)
            }
            Err(error) => Err(unreadable(&self.path, &error)),
        }
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

fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let text = format!("the trace {} cannot be read: {error}", path.display());
    Fault::environment("rp::trace::unreadable", text)
        .help_with(error, "give a file that --trace wrote, compressed or not")
}

fn malformed(path: &Path, line: usize, error: &serde_json::Error) -> Fault {
    let text = format!("{}: line {line} is no record of a trace: {error}", path.display());
    Fault::data("rp::trace::malformed", text)
        .help("give a file that --trace wrote; `rp run --help` tells of it")
}
