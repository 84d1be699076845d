//! How large a trace may become.

use std::num::NonZeroU64;

/// How many rotated files are kept unless `files` says otherwise.
const KEPT_FILES: u64 = 5;

/// The limits of a trace.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TraceLimits {
    /// The most bytes of a file before it is rotated; none: it is never rotated.
    pub file_bytes: Option<u64>,
    /// How many files are kept, the one that is written included.
    pub files: u64,
    /// The most bytes of a payload or a response that are written.
    pub payload_bytes: usize,
}

/// One limit, as the command line gives it.
#[derive(Clone, Copy, Debug)]
pub enum TraceLimit {
    FileBytes(u64),
    Files(u64),
    PayloadBytes(usize),
}

impl TraceLimit {
    /// Reads `KEY=N`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (key, number) = text.split_once('=').ok_or("write KEY=N, as in file_bytes=100000000")?;
        let read: Result<NonZeroU64, _> = number.parse();
        let value = read.map_err(|_| format!("`{number}` is not a whole number above 0"))?.get();
        match key {
            "file_bytes" => Ok(Self::FileBytes(value)),
            "files" => Ok(Self::Files(value)),
            "payload_bytes" => Ok(Self::PayloadBytes(usize::try_from(value).unwrap_or(usize::MAX))),
            _ => Err(format!("`{key}` is not one of file_bytes, files, payload_bytes")),
        }
    }
}

impl TraceLimits {
    /// The default with these in it.
    pub fn of(limits: &[TraceLimit]) -> Self {
        let mut all = Self { file_bytes: None, files: KEPT_FILES, payload_bytes: usize::MAX };
        for limit in limits {
            match *limit {
                TraceLimit::FileBytes(bytes) => all.file_bytes = Some(bytes),
                TraceLimit::Files(files) => all.files = files,
                TraceLimit::PayloadBytes(bytes) => all.payload_bytes = bytes,
            }
        }
        all
    }
}
