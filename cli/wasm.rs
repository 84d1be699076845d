//! Settings for WebAssembly modules, on the command line and in an `rp.toml`.

pub mod key;
pub mod limit;
