//! The steps of a session as they were written: of a file, which can be read twice, or of a stream, which is sent as it
//! arrives.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek};
use std::path::Path;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError};
use std::time::Duration;

use super::jsonc::Scanner;
use crate::fault::Fault;
use crate::json::skip_mark;

/// A longer step is refused rather than kept in memory.
const STEP_BYTES: usize = 64 << 20;
/// How often a wait for a step checks for an interruption.
const LOOK: Duration = Duration::from_millis(50);

/// One step as it was written.
#[derive(Debug, Default)]
pub struct Source {
    /// The number of its first line, counted from 1.
    pub line: usize,
    /// How many bytes of the session come before it.
    pub start: usize,
    /// With comments, without the end of its last line.
    pub text: String,
    /// The same without comments: every byte of JSON is where it is in `text`.
    pub json: String,
}

/// The steps of a session, one at a time.
pub enum Sources {
    /// A regular file: it is checked as a whole before anything is sent.
    File(Reader<File>),
    /// Anything else, read by a thread of its own, so that a wait for a step can be interrupted.
    Stream(Receiver<Result<Source, Fault>>),
}

impl Sources {
    /// `-` is standard input.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        let name = path.display().to_string();
        if path.as_os_str() == "-" {
            return stream(Reader::new(name, io::stdin()));
        }
        let file = File::open(path).and_then(|file| Ok((file.metadata()?, file)));
        let (metadata, file) = file.map_err(|error| unreadable(&name, &error))?;
        let reader = Reader::new(name, file);
        if metadata.is_file() { Ok(Sources::File(reader)) } else { stream(reader) }
    }

    /// Reads a file to its end and goes back to its beginning; reads nothing of a stream.
    pub fn check(&mut self, mut each: impl FnMut(&Source) -> Result<(), Fault>) -> Result<(), Fault> {
        let Sources::File(reader) = self else { return Ok(()) };
        while let Some(source) = reader.next()? {
            each(&source)?;
        }
        reader.rewind()
    }

    /// The next step; None at the end, or where `is_over` says so while a stream is waited for.
    pub fn next(&mut self, is_over: impl Fn() -> bool) -> Result<Option<Source>, Fault> {
        match self {
            Sources::File(reader) => reader.next(),
            Sources::Stream(sources) => loop {
                match sources.recv_timeout(LOOK) {
                    Ok(source) => return source.map(Some),
                    Err(RecvTimeoutError::Timeout) if !is_over() => {}
                    Err(_) => return Ok(None),
                }
            },
        }
    }
}

fn stream<R: Read + Send + 'static>(mut reader: Reader<R>) -> Result<Sources, Fault> {
    let name = reader.name.clone();
    // One step waits while another is sent.
    let (sender, sources) = mpsc::sync_channel(1);
    let read = move || {
        while let Some(source) = reader.next().transpose() {
            let is_last = source.is_err();
            if sender.send(source).is_err() || is_last {
                return;
            }
        }
    };
    std::thread::Builder::new().spawn(read).map_err(|error| unreadable(&name, &error))?;
    Ok(Sources::Stream(sources))
}

/// Reads steps, and counts lines and bytes.
pub struct Reader<R> {
    name: String,
    reader: BufReader<R>,
    scanner: Scanner,
    /// A line that was read too early.
    next: Option<String>,
    /// The lines and bytes that were read.
    lines: usize,
    bytes: usize,
}

impl<R: Read> Reader<R> {
    /// `name` is how errors call the session.
    pub fn new(name: String, reader: R) -> Self {
        Self {
            name,
            reader: BufReader::new(reader),
            scanner: Scanner::default(),
            next: None,
            lines: 0,
            bytes: 0,
        }
    }

    /// The next step; None at the end.
    pub fn next(&mut self) -> Result<Option<Source>, Fault> {
        let (mut source, mut json) = (Source::default(), Vec::new());
        if self.bytes == 0 {
            self.bytes = skip_mark(&mut self.reader).map_err(|error| unreadable(&self.name, &error))?;
        }
        loop {
            let start = self.bytes;
            let Some(line) = self.line()? else { break };
            if self.scanner.is_within() && line.starts_with('{') {
                self.put_back(line);
                break;
            }
            if source.text.is_empty() {
                (source.line, source.start) = (self.lines, start);
            }
            self.scanner.push(&line, &mut json);
            source.text += &line;
            self.check_length(source.text.len())?;
            if json.iter().all(u8::is_ascii_whitespace) {
                // Blank, or a comment.
                json.clear();
                source.text.clear();
            } else if self.scanner.is_done() {
                break;
            }
        }
        self.finish(source, json)
    }

    /// The step that was read; None at the end of the session.
    fn finish(&self, mut source: Source, json: Vec<u8>) -> Result<Option<Source>, Fault> {
        if source.text.is_empty() {
            let open = self.scanner.left_open();
            return open.map_or(Ok(None), |open| Err(self.malformed(open, "see `rp run --help`")));
        }
        source.text.truncate(source.text.trim_end_matches(['\n', '\r']).len());
        source.json = String::from_utf8_lossy(&json).into_owned();
        source.json.truncate(source.text.len());
        Ok(Some(source))
    }

    /// Keeps the line for the next step.
    fn put_back(&mut self, line: String) {
        self.scanner.cut();
        self.lines -= 1;
        self.bytes -= line.len();
        self.next = Some(line);
    }

    /// The next line with its end.
    fn line(&mut self) -> Result<Option<String>, Fault> {
        if let Some(line) = self.next.take() {
            self.count(line.len());
            return Ok(Some(line));
        }
        let mut bytes = Vec::new();
        let mut limited = (&mut self.reader).take(STEP_BYTES as u64 + 1);
        limited.read_until(b'\n', &mut bytes).map_err(|error| unreadable(&self.name, &error))?;
        if bytes.is_empty() {
            return Ok(None);
        }
        self.count(bytes.len());
        self.check_length(bytes.len())?;
        let line = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            self.malformed(&format!("byte {at} is not UTF-8"), "save it as UTF-8")
        });
        line.map(Some)
    }

    fn count(&mut self, bytes: usize) {
        self.lines += 1;
        self.bytes += bytes;
    }

    fn check_length(&self, bytes: usize) -> Result<(), Fault> {
        if bytes <= STEP_BYTES {
            return Ok(());
        }
        Err(self
            .malformed(&format!("a step is longer than {STEP_BYTES} bytes"), "see whether a `}` is missing"))
    }

    fn malformed(&self, what: &str, help: &str) -> Fault {
        let text = format!("line {} of the session {}: {what}", self.lines, self.name);
        Fault::data("rp::session::malformed", text).help(help)
    }
}

impl Reader<File> {
    fn rewind(&mut self) -> Result<(), Fault> {
        (self.lines, self.bytes, self.next, self.scanner) = (0, 0, None, Scanner::default());
        self.reader.rewind().map_err(|error| unreadable(&self.name, &error))
    }
}

fn unreadable(name: &str, error: &io::Error) -> Fault {
    Fault::environment("rp::session::unreadable", format!("the session {name} cannot be read: {error}"))
        .help_with(error, "give a file of steps, or - for standard input; see `rp run --help`")
}
