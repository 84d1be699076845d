//! The functions of `rp_host` that modules call, and the routing of what they send.

pub(crate) mod owner;
pub(crate) mod router;
pub(crate) mod rp_host;
pub(crate) mod sent_message;
