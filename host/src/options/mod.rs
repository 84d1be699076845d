//! What an embedder chooses: load options, grants, limits and engine of WebAssembly.

pub(crate) mod grants;
pub(crate) mod load;
pub(crate) mod restart;
pub(crate) mod wasm_engine;
pub(crate) mod wasm_limits;
