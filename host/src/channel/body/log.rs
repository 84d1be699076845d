//! What the numbers of the head of a line of log mean. The body is the text.

use super::super::frame::{Head, Kind};

/// The text is NULL; the length that came with it is the cause.
const NULL: u16 = 1;
/// The text has a length that no memory has, which is the cause.
const TOO_LONG: u16 = 2;

/// The text of a line of log, as the module passed it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LogText {
    /// The body.
    Body,
    /// NULL with that length.
    Null(u64),
    /// A length that no memory has.
    TooLong(u64),
}

/// The head of a line about message `id`.
pub(crate) fn head(id: u64, level: i32, text: LogText) -> Head {
    let (flags, cause) = match text {
        LogText::Body => (0, 0),
        LogText::Null(len) => (NULL, len),
        LogText::TooLong(len) => (TOO_LONG, len),
    };
    Head { flags, cause, id, status: level, ..Head::of(Kind::Log) }
}

/// What the text is.
pub(crate) fn text(head: &Head) -> Option<LogText> {
    match head.flags {
        0 => Some(LogText::Body),
        NULL => Some(LogText::Null(head.cause)),
        TOO_LONG => Some(LogText::TooLong(head.cause)),
        _ => None,
    }
}
