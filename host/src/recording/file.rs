//! A recording, read as a whole.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind};
use std::path::{Path, PathBuf};

use super::life::{self, Life};
use super::line::{Head, Line, ModuleLine, Recorded, Unanswered, Unplaced};
use super::{RECORDING_VERSION, TRACE_VERSION};
use crate::error::{Error, RecordingFault};

const BUFFER_BYTES: usize = 1 << 18;
/// The most bytes of a recording, which is held in memory: few bytes of a compressed one may stand for any number.
const MOST_BYTES: u64 = 1 << 30;

/// What a host recorded: see [`HostBuilder::record`](crate::HostBuilder::record).
///
/// ```no_run
/// # fn main() -> Result<(), rp_host::Error> {
/// let recording = rp_host::Recording::open("session.jsonl")?;
/// println!("{}", recording.instances().join(", "));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Recording {
    path: PathBuf,
    modules: Vec<ModuleLine>,
    records: Vec<Recorded>,
    unanswered: HashMap<u64, Unanswered>,
    unplaced: Vec<Unplaced>,
    cut_bytes: usize,
}

impl Recording {
    /// Reads a file, which is as [`HostBuilder::record`](crate::HostBuilder::record) or `rp --record` wrote it, up to its last
    /// whole line.
    ///
    /// # Errors
    /// If it cannot be read, is no recording or one of another version, has more than 1 GiB, or if a line is not as it was written.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::of_file(path).map_err(|fault| Error::recording(path, fault))
    }

    /// Reads what something else gives, such as what decompresses it; errors call it `path`.
    ///
    /// # Errors
    /// As for [`open`](Self::open).
    pub fn read(path: impl AsRef<Path>, source: impl BufRead) -> Result<Self, Error> {
        let path = path.as_ref();
        Self::of_lines(path, source, MOST_BYTES).map_err(|fault| Error::recording(path, fault))
    }

    /// The names of the instances in it, in the order of their loading.
    #[must_use]
    pub fn instances(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        self.modules.iter().map(|module| &*module.instance).filter(|name| seen.insert(*name)).collect()
    }

    /// The bytes of a last line that is not whole, since its process died while it wrote it; it is left out.
    #[must_use]
    pub fn cut_bytes(&self) -> usize {
        self.cut_bytes
    }

    /// Its path, as it was given.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The instance that is meant by a name, or for which `is_meant` holds, or which is the only one.
    pub(crate) fn instance(
        &self,
        name: Option<&str>,
        is_meant: impl Fn(&ModuleLine) -> bool,
    ) -> Result<String, RecordingFault> {
        let names = self.instances();
        let unknown = |wanted: String| RecordingFault::NoInstance {
            wanted,
            found: names.iter().map(|&name| name.to_owned()).collect(),
        };
        if let Some(name) = name {
            let found = names.iter().find(|one| **one == name);
            return found.map(|&name| name.to_owned()).ok_or_else(|| unknown(name.to_owned()));
        }
        let of_module = |name: &&&str| self.modules.iter().any(|one| one.instance == **name && is_meant(one));
        let meant: Vec<_> = names.iter().filter(of_module).collect();
        match (meant.as_slice(), names.as_slice()) {
            ([one], _) => Ok((**one).to_owned()),
            ([], [one]) => Ok((*one).to_owned()),
            ([], _) => Err(unknown("of this module".to_owned())),
            _ => Err(unknown("that alone is of this module".to_owned())),
        }
    }

    /// The manifest of the module of an instance.
    pub(crate) fn manifest(&self, instance: &str) -> Option<&str> {
        let module = self.modules.iter().find(|module| module.instance == instance)?;
        Some(&module.manifest)
    }

    /// The lives of an instance, in their order.
    pub(crate) fn lives(self, instance: &str) -> Vec<Life> {
        let Self { modules, records, unanswered, unplaced, .. } = self;
        let own = modules.into_iter().filter(|module| module.instance == instance);
        let mut lives = life::gather(own.collect(), records, &unanswered);
        if let Some(first) = lives.first_mut() {
            let own = unplaced.into_iter().filter(|one| one.instance == instance);
            first.unplaced.extend(own.map(|one| format!("asked for {}", one.what)));
        }
        lives
    }

    pub(crate) fn of_file(path: &Path) -> Result<Self, RecordingFault> {
        let file = File::open(path).map_err(RecordingFault::Unreadable)?;
        Self::of_lines(path, BufReader::with_capacity(BUFFER_BYTES, file), MOST_BYTES)
    }

    fn of_lines(path: &Path, source: impl BufRead, most: u64) -> Result<Self, RecordingFault> {
        // One byte more says that there is more.
        let mut source = source.take(most.saturating_add(1));
        let mut recording = Self {
            path: path.to_owned(),
            modules: Vec::new(),
            records: Vec::new(),
            unanswered: HashMap::new(),
            unplaced: Vec::new(),
            cut_bytes: 0,
        };
        let mut line = Vec::new();
        for number in 1_usize.. {
            line.clear();
            let read = match source.read_until(b'\n', &mut line) {
                // A compressed file that is cut short ends where its last whole block does.
                Err(error) if error.kind() == ErrorKind::UnexpectedEof && number > 1 => {
                    recording.cut_bytes = line.len();
                    break;
                }
                read => read.map_err(RecordingFault::Unreadable)?,
            };
            if source.limit() == 0 {
                return Err(RecordingFault::TooLarge { most });
            }
            match read {
                0 if number == 1 => return Err(not_one("it is empty")),
                0 => break,
                _ if number == 1 => check_head(&line)?,
                len if !line.ends_with(b"\n") => recording.cut_bytes = len,
                _ => recording.add(number, &line)?,
            }
        }
        Ok(recording)
    }

    fn add(&mut self, number: usize, line: &[u8]) -> Result<(), RecordingFault> {
        let malformed = |why: String| RecordingFault::Malformed { line: number, why };
        let text = std::str::from_utf8(line).map_err(|error| malformed(error.to_string()))?;
        if text.trim().is_empty() {
            return Ok(());
        }
        match Line::read(text.trim_end()).map_err(|error| malformed(error.to_string()))? {
            Line::Module(module) => self.modules.push(*module),
            Line::Message(record) => self.records.push(*record),
            Line::Unplaced(unplaced) => self.unplaced.push(unplaced),
            Line::Unanswered(unanswered) => {
                self.unanswered.insert(unanswered.id, unanswered);
            }
            Line::Head(_) => return Err(malformed("a second file begins here".to_owned())),
            Line::Other => {}
        }
        Ok(())
    }
}

fn not_one(what: &str) -> RecordingFault {
    RecordingFault::NotARecording(what.to_owned())
}

fn check_head(line: &[u8]) -> Result<(), RecordingFault> {
    if line.starts_with(&[0x1f, 0x8b]) {
        return Err(not_one("it is compressed"));
    }
    let read = std::str::from_utf8(line).ok().and_then(|text| Line::read(text.trim_end()).ok());
    let Some(Line::Head(Head { version, recording })) = read else {
        return Err(not_one("its first line does not say that it is one"));
    };
    let Some(recording) = recording else { return Err(not_one("it is a trace")) };
    if (version, recording) == (TRACE_VERSION, RECORDING_VERSION) {
        return Ok(());
    }
    Err(RecordingFault::Version {
        found: format!("{version}.{recording}"),
        read: format!("{TRACE_VERSION}.{RECORDING_VERSION}"),
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn what_is_longer_than_memory_holds_is_refused() {
        let head = "{\"rp\":\"trace\",\"version\":2,\"recording\":1}\n";
        let text = format!("{head}{}", "\n".repeat(10));
        let read = |most: usize| Recording::of_lines(Path::new("r"), text.as_bytes(), most as u64);
        assert!(read(text.len()).is_ok());
        assert!(matches!(read(text.len() - 1), Err(RecordingFault::TooLarge { .. })));
        // A line without an end is not read to it.
        let endless = BufReader::new(std::io::Read::chain(head.as_bytes(), std::io::repeat(b' ')));
        assert!(matches!(
            Recording::of_lines(Path::new("r"), endless, 10_000),
            Err(RecordingFault::TooLarge { .. })
        ));
    }
}
