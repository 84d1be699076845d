//! What a thread is working on, read without a lock and without the heap: for signal handlers and exit handlers.

use std::fmt;
use std::path::Path;

use rp_protocol::message_type::{COMMAND, EVENT};

use crate::abi::rp_str;
use crate::calls::frame::{Frame, with_innermost};
use crate::os;
use crate::platform::current_step;

/// What a module is doing on a thread. Printed by `{}`, it continues a sentence after "it": `answered command add (message 7)`,
/// `ran create`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum AtWork<'a> {
    /// It is answering a message.
    Message {
        /// The instance.
        instance: &'a str,
        /// The name of its module.
        module: &'a str,
        /// The file of its module; `None` for a module that is linked in.
        file: Option<&'a Path>,
        /// The message's id.
        id: u64,
        /// The message's type.
        message_type: &'a str,
        /// The message's payload.
        payload: &'a str,
    },
    /// It is at another step of its life.
    Step {
        /// The instance, or the file if there is no instance yet.
        of: &'a str,
        /// What it does, in words that continue a sentence after "it": `was loaded`, `ran create`.
        what: &'a str,
        /// The file of its module; `None` where `of` is the file, and for a module that is linked in.
        file: Option<&'a Path>,
    },
}

impl<'a> AtWork<'a> {
    /// The instance, or the file if there is no instance yet.
    #[must_use]
    pub fn who(&self) -> &'a str {
        match self {
            AtWork::Message { instance, .. } => instance,
            AtWork::Step { of, .. } => of,
        }
    }

    /// Writes which module this is of, in words that continue any sentence: `; its module is log, /usr/lib/liblog.so`. Nothing
    /// where [`who`](AtWork::who) says it.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write_module(&self, out: &mut dyn fmt::Write) -> fmt::Result {
        match self {
            AtWork::Message { module, file: Some(file), .. } => {
                write!(out, "; its module is {module}, {}", file.display())
            }
            AtWork::Message { module, .. } => write!(out, "; its module is {module}"),
            AtWork::Step { file: Some(file), .. } => write!(out, "; its module is {}", file.display()),
            AtWork::Step { .. } => Ok(()),
        }
    }
}

impl fmt::Display for AtWork<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AtWork::Message { id, message_type, payload, .. } => {
                write!(f, "answered {message_type}")?;
                if let Some(name) = name(message_type, payload) {
                    write!(f, " {name}")?;
                }
                write!(f, " (message {id})")
            }
            AtWork::Step { what, .. } => f.write_str(what),
        }
    }
}

/// Calls `look` with what a module is doing on this thread, if anything.
///
/// It takes no lock and allocates nothing, so a signal handler may call it, if `look` does neither.
///
/// ```
/// assert!(rp_host::at_work(|work| work.is_none()));
/// ```
pub fn at_work<R>(look: impl FnOnce(Option<AtWork<'_>>) -> R) -> R {
    current_step::look(|step| match step {
        Some(step) => look(Some(AtWork::Step { of: step.of, what: step.what, file: step.file })),
        None => with_innermost(|frame| look(frame.map(message))),
    })
}

/// Calls `look` with the name of this thread, `main` for the first one; `None` where the system knows none.
///
/// It takes no lock and allocates nothing, so a signal handler may call it, if `look` does neither.
///
/// # Errors
/// Those of `write`.
pub fn with_thread_name(write: impl FnOnce(&str) -> fmt::Result) -> fmt::Result {
    os::with_thread_name(write)
}

fn message<'a>(frame: &'a Frame<'_>) -> AtWork<'a> {
    let info = frame.instance.module.info();
    AtWork::Message {
        instance: &frame.instance.name,
        module: &info.manifest.name,
        file: info.path.as_deref(),
        id: frame.id.0,
        message_type: text(&frame.head.message.r#type),
        payload: text(&frame.head.message.payload),
    }
}

fn text(text: &rp_str) -> &str {
    // SAFETY: the message was made of two texts that live until its handler returns; it has not.
    let bytes = unsafe { core::slice::from_raw_parts(text.data.cast::<u8>(), text.len) };
    core::str::from_utf8(bytes).unwrap_or("?")
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
}
