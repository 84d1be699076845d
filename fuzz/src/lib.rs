//! What the targets share. Each file of `src/bin/` is one target, with its seeds in `corpus/`.
#![cfg(feature = "targets")]

pub mod bare;
#[cfg(feature = "wasm")]
pub mod guest;
pub mod memory;
#[cfg(feature = "wasm")]
pub mod sections;
pub mod tape;
