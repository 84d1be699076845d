//! Calls: from a message to the bytes of its response, and who waits for whom meanwhile.

pub(crate) mod at_work;
pub(crate) mod call_chain;
pub(crate) mod exchange;
pub(crate) mod frame;
pub(crate) mod instance;
pub(crate) mod message_id;
pub(crate) mod slots;
pub(crate) mod wait_graph;
