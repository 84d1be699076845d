//! The bodies of frames. What the worker sends is read by these functions alone, which take any bytes.

mod fields;

pub(crate) mod call;
pub(crate) mod fault;
pub(crate) mod log;
pub(crate) mod policy;
pub(crate) mod ready;
pub(crate) mod send;
pub(crate) mod start;
