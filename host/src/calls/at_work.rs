//! What a thread is working on, read without a lock and without the heap: for signal handlers and exit handlers.

use crate::abi::rp_str;
use crate::calls::frame::{Frame, with_innermost};
use crate::platform::current_step;

/// What a module is doing on a thread.
#[derive(Clone, Copy, Debug)]
pub enum AtWork<'a> {
    /// It is answering a message.
    Message {
        /// The instance.
        instance: &'a str,
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
    },
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
        Some((of, what)) => look(Some(AtWork::Step { of, what })),
        None => with_innermost(|frame| look(frame.map(message))),
    })
}

fn message<'a>(frame: &'a Frame<'_>) -> AtWork<'a> {
    AtWork::Message {
        instance: &frame.instance.name,
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
