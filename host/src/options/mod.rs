//! What an embedder chooses, each under the key that files know it by: options of a host, load options, grants, limits and engine of WebAssembly, isolation.

#[cfg(feature = "serde")]
pub(crate) mod file_hash;
pub(crate) mod grants;
pub(crate) mod host;
pub(crate) mod isolation;
pub(crate) mod load;
#[cfg(feature = "serde")]
pub(crate) mod loader;
pub(crate) mod restart;
pub(crate) mod sandbox;
pub(crate) mod trace;
pub(crate) mod wasm_engine;
pub(crate) mod wasm_limits;
