//! Calls: from a message to the bytes of its response, with admission, call chains and deadlock detection.

pub(crate) mod at_work;
pub(crate) mod call_chain;
pub(crate) mod dispatcher;
pub(crate) mod exchange;
pub(crate) mod exclusive;
pub(crate) mod fast;
pub(crate) mod frame;
pub(crate) mod instance;
pub(crate) mod invoke;
pub(crate) mod lineage;
mod message_name;
pub(crate) mod pool;
pub(crate) mod registry;
pub(crate) mod slots;
pub(crate) mod turn;
pub(crate) mod wait_graph;
pub(crate) mod watched;
