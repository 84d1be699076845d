//! Reads a trace while it is written, from file to file where it is rotated.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::line::{Record, is_of_file};
use super::reader::{malformed, unreadable};
use super::rotated::{Rotated, numbered};
use crate::fault::Fault;
use crate::os::{self, FileId};

/// How often is looked for more.
const POLL: Duration = Duration::from_millis(50);

/// What comes of a trace that is followed.
pub enum Step<'a> {
    /// The first line of a file: of a rotated one, of the one that is written, of the next run.
    Head(&'a [u8]),
    /// A record, with its line.
    Record(&'a Record<'a>, &'a [u8]),
    /// There is no more for now.
    Pause,
}

/// Hands over the records that are there and those that come, until `take` answers false.
pub fn follow(path: &Path, mut take: impl FnMut(Step<'_>) -> Result<bool, Fault>) -> Result<(), Fault> {
    let first = Rotated::find(path).files.into_iter().next().unwrap_or_else(|| path.to_owned());
    let mut followed = Followed::open(first).map_err(|(path, error)| unreadable(&path, &error))?;
    loop {
        // Asked before the file is read: what was rotated away has no more lines than are read now.
        let newer = followed.newer(path);
        if !followed.read(&mut take)? || !take(Step::Pause)? {
            return Ok(());
        }
        match newer.map(Followed::open) {
            Some(Ok(newer)) => followed = newer,
            // It was rotated once more, or is not there yet.
            Some(Err(_)) | None => std::thread::sleep(POLL),
        }
    }
}

/// The file that is read.
struct Followed {
    path: PathBuf,
    file: BufReader<File>,
    id: Option<FileId>,
    /// What is there of a line.
    line: Vec<u8>,
    /// The lines so far.
    count: usize,
}

impl Followed {
    fn open(path: PathBuf) -> Result<Self, (PathBuf, io::Error)> {
        match begin(&path) {
            Ok(file) => {
                let id = os::file_id(file.get_ref());
                Ok(Self { path, file, id, line: Vec::new(), count: 0 })
            }
            Err(error) => Err((path, error)),
        }
    }

    /// The file that was begun after this one, if this one was rotated away.
    fn newer(&self, path: &Path) -> Option<PathBuf> {
        let is_this = |path: &Path| self.id.is_some() && os::path_id(path) == self.id;
        if is_this(path) {
            return None;
        }
        let older = (1..).map(|number| numbered(path, number)).take_while(|older| older.is_file());
        let after = older.scan(path.to_owned(), |newer, older| {
            let found = (is_this(&older), newer.clone());
            *newer = older;
            Some(found)
        });
        after
            .into_iter()
            .find_map(|(is_this, newer)| is_this.then_some(newer))
            .or_else(|| Some(path.to_owned()))
    }

    /// Hands over the whole lines that are there; answers whether to go on.
    fn read(&mut self, take: &mut impl FnMut(Step<'_>) -> Result<bool, Fault>) -> Result<bool, Fault> {
        self.begin_anew_if_emptied().map_err(|error| unreadable(&self.path, &error))?;
        loop {
            let read = self.file.read_until(b'\n', &mut self.line);
            read.map_err(|error| unreadable(&self.path, &error))?;
            if !self.line.ends_with(b"\n") {
                return Ok(true);
            }
            self.count += 1;
            let line = self.line.trim_ascii_end();
            let goes_on = if is_of_file(line) {
                self.count > 1 || take(Step::Head(line))?
            } else if line.is_empty() {
                true
            } else {
                let record = Record::read(line).map_err(|error| malformed(&self.path, self.count, &error))?;
                take(Step::Record(&record, line))?
            };
            if !goes_on {
                return Ok(false);
            }
            self.line.clear();
        }
    }

    /// The next run empties its file.
    fn begin_anew_if_emptied(&mut self) -> io::Result<()> {
        if self.file.get_ref().metadata()?.len() < self.file.stream_position()? {
            self.file.rewind()?;
            self.line.clear();
            self.count = 0;
        }
        Ok(())
    }
}

fn begin(path: &Path) -> io::Result<BufReader<File>> {
    let mut file = BufReader::new(File::open(path)?);
    if file.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        return Err(io::Error::other("a compressed file cannot be followed: its lines come block by block"));
    }
    Ok(file)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn record(id: u64) -> String {
        format!(
            r#"{{"time_us":1,"id":{id},"cause":0,"from":"a","to":"b","type":"t","payload":"","outcome":"success","response":"","elapsed_ns":1}}"#
        )
    }

    /// The writer acts in the pauses, so that no order is left to chance.
    #[test]
    fn nothing_is_lost_over_rotations_and_halves_of_lines() {
        let folder = std::env::temp_dir().join(format!("rp-trace-follow-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder");
        let path = folder.join("t.jsonl");
        let write = |text: &str| {
            let mut file = File::options().append(true).create(true).open(&path).expect("a file");
            file.write_all(text.as_bytes()).expect("written");
        };
        let rotate = || {
            for (from, to) in [(numbered(&path, 1), numbered(&path, 2)), (path.clone(), numbered(&path, 1))] {
                if from.exists() {
                    std::fs::rename(from, to).expect("renamed");
                }
            }
        };
        write(&format!("{}\n", record(1)));
        let (mut ids, mut pauses) = (Vec::new(), 0);
        let act = |pauses: u32| match pauses {
            1 => write(&record(2)[..20]),
            2 => write(&format!("{}\n", &record(2)[20..])),
            3 => {
                write(&format!("{}\n", record(3)));
                rotate();
                write(&format!("{}\n", record(4)));
                rotate();
                write(&format!("{}\n", record(5)));
            }
            8 => std::fs::write(&path, "").expect("emptied"),
            9 => write(&format!("{}\n", record(6))),
            _ => {}
        };
        let followed = follow(&path, |step| {
            match step {
                Step::Head(_) => {}
                Step::Record(record, _) => ids.push(record.id),
                Step::Pause => {
                    pauses += 1;
                    act(pauses);
                }
            }
            Ok(pauses < 12)
        });
        followed.expect("read");
        assert_eq!(ids, [1, 2, 3, 4, 5, 6]);
        std::fs::remove_dir_all(folder).expect("removed");
    }
}
