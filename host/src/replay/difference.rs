//! Where a module does otherwise than it did.

use std::fmt;

use rp_protocol::members;

/// Where a module does otherwise than it did when it was recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Difference {
    /// The message that it handles, by its id in the recording; 0: `create`.
    pub id: u64,
    /// Its type, and the name of a command or an event.
    pub message: String,
    /// What of it: `outcome`, `response`, `now_us`, `random`; `send 2`, `send 2 type` or `send 2 payload` for the second message
    /// that it sends meanwhile.
    pub field: String,
    /// What it was; empty where there was nothing.
    pub recorded: String,
    /// What it is now; empty where there is nothing.
    pub now: String,
}

members! {
    writes Difference {
        required id,
        required message,
        required field,
        required recorded,
        required now,
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") };
        let Difference { id, message, field, recorded, now } = self;
        write!(f, "message {id} ({message}): {field} was {} and is {}", shown(recorded), shown(now))
    }
}
