//! Modules as WebAssembly: the same sources, the same answers, and guests that mean harm.

mod bombs;
#[cfg(feature = "wasm-jit")]
mod engines;
mod harm;
mod hostile;
mod interpreter;
mod limits;
mod succession;
mod time;
