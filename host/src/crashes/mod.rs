//! From what a dead process left to a text: the signal, and the functions that were running, with their source lines.
//!
//! The process is not trusted, and neither is the file of its module, whose symbols are read here: at worst the text is wrong.

#[cfg(feature = "worker")]
mod explain;
mod frames;
mod report;
mod symbols;

#[cfg(feature = "worker")]
pub(crate) use explain::explain;
pub(crate) use report::{Remains, report};

// Under the sanitizers a crash is theirs.
#[cfg(all(test, feature = "backtrace", target_os = "linux", target_env = "gnu", not(rp_sanitized)))]
mod tests;
