//! Reads a trace, with the files that were rotated before.

use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::line::{Record, is_of_file};
use super::lines::Lines;
use super::rotated::Rotated;
use crate::fault::Fault;

/// What was read of a trace, beside its records.
#[derive(Default)]
pub struct Seen {
    /// The bytes of lines that are not whole: the process that wrote them was killed, or still writes.
    pub cut_bytes: usize,
    /// What `start_ns` counts from, in microseconds since 1970; none for files of version 1.
    pub origin_us: Option<u64>,
    /// The files, the oldest first.
    pub files: Vec<PathBuf>,
    /// A file that looks by its name like an older part, and was left out.
    pub other: Option<PathBuf>,
}

/// Hands over the records one by one, each with its line as it stands in the file; `-` is standard input.
pub fn read(
    path: &Path,
    mut take: impl FnMut(&Record<'_>, &[u8]) -> Result<(), Fault>,
) -> Result<Seen, Fault> {
    let Rotated { files, other } = Rotated::find(path);
    let mut seen = Seen { other, ..Seen::default() };
    for file in files {
        read_one(&file, &mut seen, &mut take)?;
        seen.files.push(file);
    }
    Ok(seen)
}

fn read_one(
    path: &Path,
    seen: &mut Seen,
    take: &mut impl FnMut(&Record<'_>, &[u8]) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let mut lines = Lines::open(path).map_err(|error| unreadable(path, &error))?;
    while lines.next_line().map_err(|error| unreadable(path, &error))? {
        let line = lines.line();
        if line.is_empty() {
            continue;
        }
        if is_of_file(line) {
            seen.origin_us = seen.origin_us.or_else(|| origin_us(line));
            continue;
        }
        match Record::read(line) {
            Ok(record) => take(&record, line)?,
            Err(_) if !lines.is_whole() => seen.cut_bytes += line.len(),
            Err(error) => return Err(malformed(path, lines.number(), &error)),
        }
    }
    seen.cut_bytes += lines.cut_bytes();
    Ok(())
}

fn origin_us(line: &[u8]) -> Option<u64> {
    #[derive(Deserialize)]
    struct Head {
        origin_us: u64,
    }
    serde_json::from_slice::<Head>(line).ok().map(|head| head.origin_us)
}

/// The error of a file that cannot be read.
pub fn unreadable(path: &Path, error: &io::Error) -> Fault {
    let text = format!("the trace {} cannot be read: {error}", path.display());
    Fault::environment("rp::trace::unreadable", text)
        .help_with(error, "give a file that --trace wrote, compressed or not")
}

/// The error of a line that is no record.
pub fn malformed(path: &Path, line: usize, error: &serde_json::Error) -> Fault {
    let text = format!("{}: line {line} is no record of a trace: {error}", path.display());
    Fault::data("rp::trace::malformed", text)
        .help("give a file that --trace wrote; `rp run --help` tells of it")
}
