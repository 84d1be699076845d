//! What a thread is at work on, told without a lock and without memory of the heap: for handlers of signals and of the end
//! of the process, which have no time to ask.

use std::cell::Cell;

use crate::abi::rp_str;
use crate::calls::thread;

/// What a module is doing on a thread.
#[derive(Clone, Copy, Debug)]
pub enum AtWork<'a> {
    /// It answers a message.
    Message {
        /// The instance.
        instance: &'a str,
        /// The message's number.
        id: u64,
        /// The message's type.
        message_type: &'a str,
        /// The message's payload.
        payload: &'a str,
    },
    /// Something else of its life.
    Step {
        /// The instance, or the file where there is no instance yet.
        of: &'a str,
        /// What it does, in words that go on from "it": `was loaded`, `ran create`.
        what: &'a str,
    },
}

#[derive(Clone, Copy)]
struct Step {
    of: *const str,
    what: *const str,
    /// The innermost message when it began: a message that is another one is nested in the step.
    within: thread::Outer,
}

thread_local! {
    static STEP: Cell<Option<Step>> = const { Cell::new(None) };
}

/// Calls `look` with what this thread is at work on, if a module is.
///
/// It takes no lock and allocates nothing, so a handler of a signal may call it; `look` has to do the same then.
///
/// ```
/// assert!(rp_host::at_work(|work| work.is_none()));
/// ```
pub fn at_work<R>(look: impl FnOnce(Option<AtWork<'_>>) -> R) -> R {
    let step = STEP.try_with(Cell::get).ok().flatten();
    match step {
        Some(step) if step.within.is_innermost() => {
            // SAFETY: `during` borrows both texts until it takes the step back, on this thread.
            let (of, what) = unsafe { (&*step.of, &*step.what) };
            look(Some(AtWork::Step { of, what }))
        }
        _ => thread::with_innermost(|frame| look(frame.map(message))),
    }
}

fn message<'a>(frame: &'a thread::Frame<'_>) -> AtWork<'a> {
    AtWork::Message {
        instance: &frame.instance.name,
        id: frame.id,
        message_type: text(&frame.message.r#type),
        payload: text(&frame.message.payload),
    }
}

fn text(text: &rp_str) -> &str {
    // SAFETY: the message was made of two texts that live until its handler returns; it has not.
    let bytes = unsafe { core::slice::from_raw_parts(text.data.cast::<u8>(), text.len) };
    core::str::from_utf8(bytes).unwrap_or("?")
}

/// Does `work` as a step of a module's life, which [`at_work`] tells meanwhile.
pub(crate) fn during<R>(of: &str, what: &str, work: impl FnOnce() -> R) -> R {
    let step = Step { of, what, within: thread::Outer::innermost() };
    let _back = Back(STEP.replace(Some(step)));
    work()
}

/// Takes a step back, also when `work` panics.
struct Back(Option<Step>);

impl Drop for Back {
    fn drop(&mut self) {
        STEP.set(self.0);
    }
}
