//! The report about an end of the process, composed in a static buffer: it is written while the process is about to end,
//! possibly in a signal handler on a small stack.

use std::cell::UnsafeCell;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use rp_host::{AtWork, ProcessCrash};

use crate::os;

/// The size of the buffer; longer texts are cut.
const SIZE: usize = 4096;

/// How it ended.
pub enum End<'a> {
    /// By `exit` or `quick_exit`.
    Exit,
    /// By a signal or an exception.
    Crash(&'a ProcessCrash<'a>),
    /// Not at all: this is a copy of the process, which returned from a call.
    Copy,
}

/// What the command knows of its work.
#[derive(Clone, Copy)]
pub struct Known<'a> {
    /// What it waits for, if anything.
    pub awaited: &'a str,
    /// The file of its trace, if it writes one.
    pub trace: &'a str,
}

struct Memory(UnsafeCell<[u8; SIZE]>);

// SAFETY: only the holder of the claim touches the bytes, and `IS_CLAIMED` gives it to one thread, once.
unsafe impl Sync for Memory {}

static MEMORY: Memory = Memory(UnsafeCell::new([0; SIZE]));
static IS_CLAIMED: AtomicBool = AtomicBool::new(false);

/// The one report of this process.
pub struct Report {
    bytes: &'static mut [u8; SIZE],
    len: usize,
}

impl Report {
    /// None if another thread is already reporting.
    pub fn claim() -> Option<Report> {
        if IS_CLAIMED.swap(true, Ordering::SeqCst) {
            return None;
        }
        // SAFETY: `IS_CLAIMED` was false before the swap, which can happen only once, so that this is the only reference.
        Some(Report { bytes: unsafe { &mut *MEMORY.0.get() }, len: 0 })
    }

    /// Composes an error of the command.
    pub fn compose(&mut self, end: &End<'_>, work: Option<AtWork<'_>>, known: Known<'_>, is_json: bool) {
        // The error says that the text was cut; the part that fits is still written.
        let _cut = if is_json { self.json(end, work, known) } else { self.text(end, work, known) };
        self.len = self.len.min(SIZE - 1);
        self.bytes[self.len] = b'\n';
        self.len += 1;
    }

    fn text(&mut self, end: &End<'_>, work: Option<AtWork<'_>>, known: Known<'_>) -> fmt::Result {
        write!(self, "{}\n\n  × ", end.code())?;
        say(&mut Printable(self), end, work, known.awaited)?;
        write!(self, "\n  help: {}", end.help())?;
        told_trace(&mut Printable(self), end, known.trace)
    }

    fn json(&mut self, end: &End<'_>, work: Option<AtWork<'_>>, known: Known<'_>) -> fmt::Result {
        self.write_str(r#"{"status":"error","error":""#)?;
        say(&mut Quoted(self), end, work, known.awaited)?;
        write!(self, r#"","code":"{}","help":""#, end.code())?;
        Quoted(self).write_str(end.help())?;
        told_trace(&mut Quoted(self), end, known.trace)?;
        self.write_str(r#"","line":null}"#)
    }

    /// Writes it to standard error.
    pub fn write(&self) {
        rp_host::write_at_end(&self.bytes[..self.len]);
    }
}

impl Write for Report {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            let room = self.bytes.get_mut(self.len..self.len + c.len_utf8()).ok_or(fmt::Error)?;
            self.len += c.encode_utf8(room).len();
        }
        Ok(())
    }
}

impl End<'_> {
    fn code(&self) -> &'static str {
        match self {
            End::Exit => "rp::module::ended",
            End::Crash(_) => "rp::module::crashed",
            End::Copy => "rp::module::forked",
        }
    }

    fn help(&self) -> &'static str {
        match self {
            End::Exit => "a module must not call exit (rule 4): it answers with an error instead",
            End::Crash(_) => os::CRASH_HELP,
            End::Copy => "a module must not fork (rule 4): it starts a program with posix_spawn instead",
        }
    }
}

/// Where the messages before a crash are.
fn told_trace(out: &mut dyn Write, end: &End<'_>, trace: &str) -> fmt::Result {
    if trace.is_empty() || !matches!(end, End::Crash(_)) {
        return Ok(());
    }
    write!(out, "; the messages answered before are in {trace}")
}

/// Who did what, while doing what.
fn say(out: &mut dyn Write, end: &End<'_>, work: Option<AtWork<'_>>, awaited: &str) -> fmt::Result {
    match work {
        _ if matches!(end, End::Copy) => {
            return write!(
                out,
                "{awaited} forked, and the copy of rp came back from the call: the copy ends here"
            );
        }
        Some(work) => write!(out, "{} ", work.who())?,
        None if matches!(end, End::Crash(_)) && awaited.is_empty() => write!(out, "rp ")?,
        None => write!(out, "a module ")?,
    }
    match end {
        End::Crash(crash) => write!(out, "crashed ({})", crash.signal())?,
        _ => out.write_str("ended the process")?,
    }
    match work {
        Some(work) => write!(out, " while it {work}")?,
        None if awaited.is_empty() => {}
        None => write!(out, " outside of its functions, while rp waited for {awaited}")?,
    }
    rp_host::with_thread_name(|thread| write!(out, ", on the thread {thread}"))?;
    if let End::Crash(crash) = end {
        out.write_str(crash.functions())?;
    }
    work.map_or(Ok(()), |work| work.write_module(out))
}

/// For terminals: only characters that certainly neither control nor reorder anything.
struct Printable<'a>(&'a mut Report);

impl Write for Printable<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            ' '..='~' => self.0.write_char(c),
            c if c.is_alphanumeric() => self.0.write_char(c),
            c => write!(self.0, "\\u{{{:x}}}", u32::from(c)),
        })
    }
}

/// The inside of a JSON string.
struct Quoted<'a>(&'a mut Report);

impl Write for Quoted<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| match c {
            '"' | '\\' => write!(self.0, "\\{c}"),
            '\0'..=' ' if c != ' ' => write!(self.0, "\\u{:04x}", u32::from(c)),
            c => self.0.write_char(c),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTHING: Known<'_> = Known { awaited: "", trace: "" };

    #[test]
    fn long_and_hostile_texts_are_cut_and_escaped() {
        let mut report = Report::claim().expect("nobody reports in tests");
        let of = format!("\u{1b}[2J\u{202e}ä{}", "x".repeat(2 * SIZE));
        report.compose(
            &End::Exit,
            Some(AtWork::Step { of: &of, what: "ran create", file: None }),
            NOTHING,
            false,
        );
        let text = std::str::from_utf8(&report.bytes[..report.len]).expect("UTF-8");
        assert!(
            text.starts_with("rp::module::ended\n\n  × \\u{1b}\\u{5b}2J\\u{202e}äxx")
                || text.contains("\\u{1b}[2J\\u{202e}äxx"),
            "{text}"
        );
        assert!(text.len() == SIZE && text.ends_with("x\n"), "{}", text.len());
        report.len = 0;
        report.compose(
            &End::Exit,
            Some(AtWork::Step { of: "a\"\n", what: "ran create", file: None }),
            NOTHING,
            true,
        );
        let line: serde_json::Value = serde_json::from_slice(&report.bytes[..report.len]).expect("JSON");
        assert!(
            line["error"].as_str().is_some_and(|text| text.starts_with("a\"\n ended the process")),
            "{line}"
        );
    }
}
