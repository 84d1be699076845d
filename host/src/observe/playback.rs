//! What plays a recording back to an instance.

/// Answers what an instance asks of its host from a recording.
pub(crate) trait Playback: Send + Sync {
    /// Answers a sent message; a response is written into `response`.
    fn send(&self, message_type: &str, payload: &str, response: &mut Vec<u8>) -> Played;
    /// Whether the message that it handles is cancelled, at this question.
    fn is_cancelled(&self) -> bool;
}

/// What a sent message came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Played {
    Success,
    Error,
    /// There is no response, since nobody wants it any more.
    Cancelled,
}
