//! The report about an end of the process, composed in a static buffer: it is written while the process is about to end,
//! possibly in a signal handler on a small stack.

use std::cell::UnsafeCell;
use std::fmt::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use rp_host::AtWork;
use rp_protocol::message_type::{COMMAND, EVENT};

use crate::os::{self, Crash};

/// The size of the buffer; longer texts are cut.
const SIZE: usize = 4096;

/// How it ended.
pub enum End {
    /// By `exit` or `quick_exit`.
    Exit,
    /// By a signal or an exception.
    Crash(Crash),
    /// Not at all: this is a copy of the process, which returned from a call.
    Copy,
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
    pub fn compose(&mut self, end: &End, work: Option<AtWork<'_>>, awaited: &str, is_json: bool) {
        // The error says that the text was cut; the part that fits is still written.
        let _cut = if is_json { self.json(end, work, awaited) } else { self.text(end, work, awaited) };
        self.len = self.len.min(SIZE - 1);
        self.bytes[self.len] = b'\n';
        self.len += 1;
    }

    fn text(&mut self, end: &End, work: Option<AtWork<'_>>, awaited: &str) -> fmt::Result {
        write!(self, "{}\n\n  × ", end.code())?;
        say(&mut Printable(self), end, work, awaited)?;
        write!(self, "\n  help: {}", end.help())
    }

    fn json(&mut self, end: &End, work: Option<AtWork<'_>>, awaited: &str) -> fmt::Result {
        self.write_str(r#"{"status":"error","error":""#)?;
        say(&mut Quoted(self), end, work, awaited)?;
        write!(self, r#"","code":"{}","help":""#, end.code())?;
        Quoted(self).write_str(end.help())?;
        self.write_str(r#"","line":null}"#)
    }

    /// Writes it to standard error.
    pub fn write(&self) {
        os::write_at_end(&self.bytes[..self.len]);
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

impl End {
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

/// Who did what, while doing what.
fn say(out: &mut dyn Write, end: &End, work: Option<AtWork<'_>>, awaited: &str) -> fmt::Result {
    match work {
        _ if matches!(end, End::Copy) => {
            return write!(
                out,
                "{awaited} forked, and the copy of rp came back from the call: the copy ends here"
            );
        }
        Some(AtWork::Message { instance, .. }) => write!(out, "{instance} ")?,
        Some(AtWork::Step { of, .. }) => write!(out, "{of} ")?,
        None if matches!(end, End::Crash(_)) && awaited.is_empty() => write!(out, "rp ")?,
        None => write!(out, "a module ")?,
    }
    match end {
        End::Crash(crash) => write!(out, "crashed ({crash})")?,
        _ => out.write_str("ended the process")?,
    }
    match work {
        Some(AtWork::Message { id, message_type, payload, .. }) => {
            write!(out, " while it answered {message_type}")?;
            if let Some(name) = name(message_type, payload) {
                write!(out, " {name}")?;
            }
            write!(out, " (message {id})")?;
        }
        Some(AtWork::Step { what, .. }) => write!(out, " while it {what}")?,
        None if awaited.is_empty() => {}
        None => write!(out, " outside of its functions, while rp waited for {awaited}")?,
    }
    os::with_thread_name(|thread| write!(out, ", on the thread {thread}"))
}

/// The name of a command or of an event, as it is written.
fn name<'a>(message_type: &str, payload: &'a str) -> Option<&'a str> {
    match message_type {
        COMMAND => member(payload, "name"),
        EVENT => member(payload, "event"),
        _ => None,
    }
}

/// The text that an object has under a key, as it is written. Whatever else the payload is, nothing is found.
fn member<'a>(json: &'a str, key: &str) -> Option<&'a str> {
    let (mut at, mut depth) = (0, 0_usize);
    loop {
        at += json.get(at..)?.find(['{', '}', '[', ']', '"'])?;
        match json.as_bytes()[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.checked_sub(1)?,
            _ => {
                let inside = string(json, at)?;
                at += inside.len() + 1;
                let value = json.get(at + 1..)?.trim_start().strip_prefix(':').map(str::trim_start);
                if let (1, true, Some(value)) = (depth, inside == key, value) {
                    return if value.starts_with('"') { string(value, 0) } else { None };
                }
            }
        }
        at += 1;
    }
}

/// The text between the quotes of which the first is at `start`.
fn string(json: &str, start: usize) -> Option<&str> {
    let inside = json.get(start + 1..)?;
    let mut is_escaped = false;
    let end = inside.bytes().position(|byte| {
        let is_end = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        is_end
    })?;
    inside.get(..end)
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

    #[test]
    fn a_member_is_found_without_parsing() {
        let cases = [
            (r#"{"name":"add","args":{}}"#, Some("add")),
            (r#" { "args" : {"name":"x","l":[{"name":"y"}]}, "name" : "a\"dd" } "#, Some(r#"a\"dd"#)),
            (r#"{"x":"name","name":"add"}"#, Some("add")),
            (r#"{"name":7}"#, None),
            (r#"{"name"#, None),
            (r#"{"name":"add"#, None),
            (r#"}"name":"add""#, None),
            ("", None),
            (r#""\"#, None),
        ];
        for (json, expected) in cases {
            assert_eq!(member(json, "name"), expected, "{json}");
        }
    }

    #[test]
    fn long_and_hostile_texts_are_cut_and_escaped() {
        let mut report = Report::claim().expect("nobody reports in tests");
        let of = format!("\u{1b}[2J\u{202e}ä{}", "x".repeat(2 * SIZE));
        report.compose(&End::Exit, Some(AtWork::Step { of: &of, what: "ran create" }), "", false);
        let text = std::str::from_utf8(&report.bytes[..report.len]).expect("UTF-8");
        assert!(
            text.starts_with("rp::module::ended\n\n  × \\u{1b}\\u{5b}2J\\u{202e}äxx")
                || text.contains("\\u{1b}[2J\\u{202e}äxx"),
            "{text}"
        );
        assert!(text.len() == SIZE && text.ends_with("x\n"), "{}", text.len());
        report.len = 0;
        report.compose(&End::Exit, Some(AtWork::Step { of: "a\"\n", what: "ran create" }), "", true);
        let line: serde_json::Value = serde_json::from_slice(&report.bytes[..report.len]).expect("JSON");
        assert!(
            line["error"].as_str().is_some_and(|text| text.starts_with("a\"\n ended the process")),
            "{line}"
        );
    }
}
