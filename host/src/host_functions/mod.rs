//! The functions of `rp_host` that modules call, and where what they send goes.

pub(crate) mod router;
pub(crate) mod rp_host;
pub(crate) mod sent_message;
