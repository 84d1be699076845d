//! The lines of a session: of a file, which can be read twice, or of a stream, which is sent as it arrives.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::fault::Fault;

/// A longer line is refused rather than kept in memory.
const LINE_BYTES: u64 = 64 << 20;
/// How often a wait for a line checks for an interruption.
const LOOK: Duration = Duration::from_millis(50);

/// One line that is not blank.
#[derive(Debug)]
pub struct Line {
    /// Counted from 1, blank lines too.
    pub number: usize,
    /// Without its end.
    pub text: String,
}

/// The lines of a session, one at a time.
pub enum Lines {
    /// A regular file: it is checked as a whole before anything is sent.
    File(Reader<File>),
    /// Anything else, read by a thread of its own, so that a wait for a line can be interrupted.
    Stream(Receiver<Result<Line, Fault>>),
}

impl Lines {
    /// `-` is standard input.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let name = path.display().to_string();
        if path.as_os_str() == "-" {
            return stream(Reader::new(name, io::stdin()));
        }
        let file = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, file) = file.map_err(|error| unreadable(&name, &error))?;
        let reader = Reader::new(name, file);
        if metadata.is_file() { Ok(Lines::File(reader)) } else { stream(reader) }
    }

    /// Reads a file to its end and goes back to its beginning; reads nothing of a stream.
    pub fn check(&mut self, mut each: impl FnMut(&Line) -> Result<(), Fault>) -> Result<(), Fault> {
        let Lines::File(reader) = self else { return Ok(()) };
        while let Some(line) = reader.next()? {
            each(&line)?;
        }
        reader.rewind()
    }

    /// The next line; None at the end, or where `is_over` says so while a stream is waited for.
    pub fn next(&mut self, is_over: impl Fn() -> bool) -> Result<Option<Line>, Fault> {
        match self {
            Lines::File(reader) => reader.next(),
            Lines::Stream(lines) => loop {
                match lines.recv_timeout(LOOK) {
                    Ok(line) => return line.map(Some),
                    Err(RecvTimeoutError::Timeout) if !is_over() => {}
                    Err(_) => return Ok(None),
                }
            },
        }
    }
}

fn stream<R: Read + Send + 'static>(mut reader: Reader<R>) -> Result<Lines, Fault> {
    let name = reader.name.clone();
    // One line waits while another is sent.
    let (sender, lines) = mpsc::sync_channel(1);
    let read = move || {
        while let Some(line) = reader.next().transpose() {
            let is_last = line.is_err();
            if sender.send(line).is_err() || is_last {
                return;
            }
        }
    };
    std::thread::Builder::new().spawn(read).map_err(|error| unreadable(&name, &error))?;
    Ok(Lines::Stream(lines))
}

/// Reads lines and counts them.
pub struct Reader<R> {
    name: String,
    reader: BufReader<R>,
    number: usize,
}

impl<R: Read> Reader<R> {
    fn new(name: String, reader: R) -> Self {
        Self { name, reader: BufReader::new(reader), number: 0 }
    }

    fn next(&mut self) -> Result<Option<Line>, Fault> {
        loop {
            let mut bytes = Vec::new();
            let mut limited = (&mut self.reader).take(LINE_BYTES + 1);
            limited.read_until(b'\n', &mut bytes).map_err(|error| unreadable(&self.name, &error))?;
            if bytes.is_empty() {
                return Ok(None);
            }
            self.number += 1;
            let text = self.text(bytes)?;
            if !text.trim().is_empty() {
                return Ok(Some(Line { number: self.number, text }));
            }
        }
    }

    fn text(&self, bytes: Vec<u8>) -> Result<String, Fault> {
        if bytes.len() as u64 > LINE_BYTES {
            return Err(
                self.malformed(&format!("longer than {LINE_BYTES} bytes"), "end each message with a newline")
            );
        }
        let mut text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            self.malformed(&format!("byte {at} is not UTF-8"), "save it as UTF-8")
        })?;
        text.truncate(text.trim_end_matches(['\n', '\r']).len());
        Ok(text)
    }

    fn malformed(&self, what: &str, help: &str) -> Fault {
        let text = format!("line {} of the session {}: {what}", self.number, self.name);
        Fault::data("rp::session::malformed", text).help(help)
    }
}

impl Reader<File> {
    fn rewind(&mut self) -> Result<(), Fault> {
        self.number = 0;
        self.reader.rewind().map_err(|error| unreadable(&self.name, &error))
    }
}

fn unreadable(name: &str, error: &io::Error) -> Fault {
    Fault::environment("rp::session::unreadable", format!("the session {name} cannot be read: {error}"))
        .help_with(error, "give a file of JSON lines, or - for standard input; see `rp run --help`")
}
