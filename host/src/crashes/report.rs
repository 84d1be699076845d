//! The report of a crash.

use std::path::Path;

use super::frames::{OneModule, frames};
use crate::error::Crash;
use crate::os::{self, CRASH_AREA, CrashRecord, SharedMemory};

/// What is left of a process that a signal ended.
pub(crate) struct Remains<'a> {
    /// The signal: its number and its name.
    pub(crate) signal: (i32, &'a str),
    /// What the process was given to write its record into.
    pub(crate) area: &'a SharedMemory,
    /// The number that it had.
    pub(crate) process: u32,
    /// The file that it loaded as its module.
    pub(crate) copy: &'a Path,
    /// The file that this is a copy of.
    pub(crate) original: &'a Path,
    /// Bytes of data that it was allowed above what it had when it was ready; `None` where there was no limit.
    pub(crate) memory: Option<u64>,
    /// Whether it was allowed to leave a core dump.
    pub(crate) has_core: bool,
}

/// Reads the record of a process that has ended.
pub(crate) fn report(remains: &Remains<'_>) -> Crash {
    let (signal, name) = remains.signal;
    // Looking at a damaged stack may be a fault of its own, which then is the one that ends the process.
    let is_of_end = |record: &CrashRecord| record.signal == signal || !record.is_complete;
    let record = read(remains.area).filter(is_of_end);
    let mut notes = Vec::new();
    let mut crash = Crash { signal: name.to_owned(), ..Crash::default() };
    match &record {
        Some(record) => {
            crash.address = record.address.filter(|_| record.signal == signal);
            describe(record, remains, &mut crash, &mut notes);
        }
        None => notes.push(no_record(name)),
    }
    if remains.has_core {
        notes.push(format!("`coredumpctl debug {}` opens its core dump", remains.process));
    }
    crash.note = (!notes.is_empty()).then(|| notes.join("; "));
    crash
}

/// Why there is no record.
fn no_record(signal: &str) -> String {
    let why = match signal {
        "SIGKILL" => "something outside ended it, such as the system because memory ran out",
        _ => "it left no report of more, as when a thread of its own overflows its stack",
    };
    why.to_owned()
}

fn read(area: &SharedMemory) -> Option<CrashRecord> {
    let mut bytes = Box::new([0; CRASH_AREA]);
    os::read_at_start(area.file(), &mut bytes[..]).ok()?;
    CrashRecord::read(&bytes)
}

fn describe(record: &CrashRecord, remains: &Remains<'_>, crash: &mut Crash, notes: &mut Vec<String>) {
    crash.message = record.message;
    let name = remains.original.file_name().unwrap_or_default().to_string_lossy();
    let frames = frames(record, &OneModule { copy: remains.copy, name: &name });
    crash.frames = frames.texts;
    let mut note = |is_so: bool, text: &str| {
        if is_so {
            notes.push(text.to_owned());
        }
    };
    note(record.is_stack_full, "the stack is full");
    note(record.lane.is_none(), "on a thread of the module's own");
    note(!record.has_frames, "this system does not tell which functions were running");
    note(record.has_frames && !record.is_complete, "the stack is damaged");
    note(frames.lacks_lines, "build the module with -g to see source lines");
    notes.extend(memory(record, remains.memory));
}

/// How much memory it had, if that was close to the limit.
fn memory(record: &CrashRecord, limit: Option<u64>) -> Option<String> {
    let (at_the_end, ready) = record.data;
    let (limit, used) = (limit?, at_the_end.saturating_sub(ready));
    let is_close = ready > 0 && used > limit - limit / 8;
    is_close.then(|| format!("it had {used} of {limit} bytes"))
}
