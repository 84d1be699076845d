//! The files of one trace: the one that is written, and the older ones beside it.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::lines::Lines;
use super::trace_parent::TraceParent;

/// A file and those that were rotated before it.
pub struct Rotated {
    /// The oldest first; the file itself is the last.
    pub files: Vec<PathBuf>,
    /// The first that has such a name, but is no part of this trace.
    pub other: Option<PathBuf>,
}

/// What tells one run from another.
#[derive(PartialEq, Deserialize)]
pub struct Run {
    /// What `start_ns` counts from, in microseconds since 1970.
    pub origin_us: u64,
    host: Process,
    /// The span under which it stands.
    traceparent: Option<String>,
}

#[derive(PartialEq, Deserialize)]
struct Process {
    pid: u32,
}

impl Rotated {
    /// Looks for the older files of a trace. Those that an earlier run left have another head.
    pub fn find(path: &Path) -> Self {
        let mut found = Self { files: vec![path.to_owned()], other: None };
        let of_this = Run::of(path);
        for older in (1..).map(|number| numbered(path, number)).take_while(|older| older.is_file()) {
            if of_this.is_none() || Run::of(&older) != of_this {
                found.other = Some(older);
                break;
            }
            found.files.insert(0, older);
        }
        found
    }
}

impl Run {
    /// As the head of a file tells it; none where it has no head.
    pub fn of(path: &Path) -> Option<Self> {
        let mut lines = Lines::open(path).ok()?;
        lines.next_line().ok()?;
        Self::read(lines.line())
    }

    /// The number of its process.
    pub fn pid(&self) -> u32 {
        self.host.pid
    }

    /// The span of another program under which it stands.
    pub fn parent(&self) -> Option<TraceParent> {
        TraceParent::parse(self.traceparent.as_deref()?).ok()
    }

    /// As this line tells it; none where it is no head.
    pub fn read(line: &[u8]) -> Option<Self> {
        serde_json::from_slice(line).ok()
    }
}

/// The name of an older file: `messages.1.jsonl` of `messages.jsonl`, `messages.1.jsonl.gz` of `messages.jsonl.gz`.
pub fn numbered(path: &Path, number: u64) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let (stem, extension) = match name.find('.').filter(|at| *at > 0) {
        Some(at) => name.split_at(at),
        None => (name.as_str(), ""),
    };
    path.with_file_name(format!("{stem}.{number}{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_ends() {
        for (name, expected) in
            [("a.jsonl", "a.2.jsonl"), ("a.b.gz", "a.2.b.gz"), ("a", "a.2"), (".a", ".a.2")]
        {
            assert_eq!(numbered(&Path::new("x").join(name), 2), Path::new("x").join(expected));
        }
    }
}
