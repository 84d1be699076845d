//! The program that tells a process which is about to end what was running in it.

use std::io::{self, Read, Write};
use std::path::Path;

use super::frames::{Libraries, frames};
use crate::error::named;
use crate::os::{CRASH_AREA, CrashRecord};

/// The libraries of a host.
struct OfHost {
    original: fn(&Path) -> Option<String>,
}

impl Libraries for OfHost {
    fn program(&self) -> &str {
        "the host"
    }

    fn module(&self, path: &Path) -> Option<String> {
        (self.original)(path)
    }

    /// The process could read all that it had loaded, and has the rights of this one.
    fn may_read(&self, path: &Path) -> bool {
        path.is_absolute()
    }
}

/// Reads the record of a crash from standard input, and prints which functions were running. `original` gives the name of the file
/// that a path is the private copy of. False if there is no record.
pub(crate) fn explain(original: fn(&Path) -> Option<String>) -> bool {
    let mut bytes = Vec::with_capacity(CRASH_AREA);
    let read = io::stdin().take(CRASH_AREA as u64).read_to_end(&mut bytes);
    let whole = read.ok().and_then(|_| bytes.into_boxed_slice().try_into().ok());
    let Some(record) = whole.and_then(|bytes: Box<[u8; CRASH_AREA]>| CrashRecord::read(&bytes)) else {
        return false;
    };
    // Who asks may have given up.
    let _unread = io::stdout().write_all(text(&record, original).as_bytes());
    true
}

fn text(record: &CrashRecord, original: fn(&Path) -> Option<String>) -> String {
    let frames = frames(record, &OfHost { original });
    let mut text = named(&frames.texts);
    if record.is_stack_full {
        text += "; the stack is full";
    }
    if !record.is_complete {
        text += "; the stack is damaged";
    }
    if frames.lacks_lines {
        text += "; build the module with -g to see source lines";
    }
    text
}
