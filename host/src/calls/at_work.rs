//! What a thread is working on, read without a lock and without the heap: for signal handlers and exit handlers.

use std::fmt;
use std::path::Path;

use crate::abi::rp_str;
use crate::calls::frame::{Frame, with_innermost};
use crate::calls::message_name::name;
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
