//! What crosses the border between host and module: messages, replies, borrowed memory, and what a loader returns.

pub(crate) mod borrowed;
pub(crate) mod call_options;
pub(crate) mod caller_reply;
pub(crate) mod cancel;
pub(crate) mod frame;
pub(crate) mod message;
pub(crate) mod message_id;
pub(crate) mod module;
pub(crate) mod reply;
pub(crate) mod response;
