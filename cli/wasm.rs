//! What a command line and an `rp.toml` say about WebAssembly modules alone.

pub mod cache;
pub mod key;
pub mod limit;
