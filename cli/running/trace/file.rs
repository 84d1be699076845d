//! The file of a trace: whole lines only, compressed and rotated as asked for.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use flate2::Compression;
use flate2::write::GzEncoder;

use super::limit::TraceLimits;
use crate::trace::rotated::numbered;

/// So many bytes of lines are compressed at once, as a gzip member of their own: a file that is cut short has whole lines.
const BLOCK_BYTES: usize = 256 << 10;

/// An open file of lines.
pub struct TraceFile {
    path: PathBuf,
    file: File,
    limits: TraceLimits,
    /// Lines that wait for their block, where they are compressed.
    block: Option<Vec<u8>>,
    /// The bytes of the lines since the file was begun.
    written: u64,
}

impl TraceFile {
    /// Writes to a file that is open and empty. It is compressed if its name ends with `.gz`.
    pub fn new(path: &Path, file: File, limits: TraceLimits) -> Self {
        let is_gzip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("gz"));
        Self { path: path.to_owned(), file, limits, block: is_gzip.then(Vec::new), written: 0 }
    }

    /// Whether the file is full, if a line is to follow.
    pub fn is_full(&self, line: &[u8]) -> bool {
        let most = self.limits.file_bytes.unwrap_or(u64::MAX);
        self.written > 0 && self.written.saturating_add(line.len() as u64) > most
    }

    /// Writes a line.
    pub fn write(&mut self, line: &[u8]) -> io::Result<()> {
        self.written += line.len() as u64;
        let Some(block) = &mut self.block else { return self.file.write_all(line) };
        block.extend_from_slice(line);
        if block.len() < BLOCK_BYTES { Ok(()) } else { self.flush() }
    }

    /// Writes the lines that wait.
    pub fn flush(&mut self) -> io::Result<()> {
        let Some(block) = self.block.as_mut().filter(|block| !block.is_empty()) else { return Ok(()) };
        let mut member = GzEncoder::new(Vec::new(), Compression::fast());
        member.write_all(block)?;
        block.clear();
        self.file.write_all(&member.finish()?)
    }

    /// Begins a new file under the name; the old ones get the next number, and the last one goes.
    pub fn rotate(&mut self) -> io::Result<()> {
        self.written = 0;
        if !self.file.metadata()?.is_file() {
            return Ok(());
        }
        self.flush()?;
        for number in (1..self.limits.files.max(1)).rev() {
            let older = if number == 1 { self.path.clone() } else { numbered(&self.path, number - 1) };
            if older.exists() {
                fs::rename(older, numbered(&self.path, number))?;
            }
        }
        self.file = OpenOptions::new().write(true).create(true).truncate(true).open(&self.path)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::running::trace::limit::TraceLimit;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("rp-trace-{name}-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        folder
    }

    #[test]
    fn the_newest_files_are_kept() {
        let folder = folder("rotated");
        let path = folder.join("t.jsonl");
        let limits = TraceLimits::of(&[TraceLimit::FileBytes(4), TraceLimit::Files(2)]);
        let mut file = TraceFile::new(&path, File::create(&path).expect("a file"), limits);
        for line in ["1\n", "2\n", "3\n", "4\n", "5\n"] {
            if file.is_full(line.as_bytes()) {
                file.rotate().expect("rotated");
            }
            file.write(line.as_bytes()).expect("written");
        }
        assert_eq!(fs::read_to_string(&path).expect("the newest"), "5\n");
        assert_eq!(fs::read_to_string(numbered(&path, 1)).expect("the one before"), "3\n4\n");
        assert!(!numbered(&path, 2).exists());
        fs::remove_dir_all(folder).expect("removed");
    }

    #[test]
    fn blocks_are_members_of_one_gzip_file() {
        let folder = folder("gzip");
        let path = folder.join("t.jsonl.gz");
        let mut file = TraceFile::new(&path, File::create(&path).expect("a file"), TraceLimits::of(&[]));
        for line in ["1\n", "2\n"] {
            file.write(line.as_bytes()).expect("written");
            file.flush().expect("flushed");
        }
        let mut text = String::new();
        let mut reader = flate2::read::MultiGzDecoder::new(File::open(&path).expect("the file"));
        reader.read_to_string(&mut text).expect("gzip");
        assert_eq!(text, "1\n2\n");
        fs::remove_dir_all(folder).expect("removed");
    }
}
