//! How a module is brought in.

mod dynamic;
mod image;
pub(crate) mod inspect;
pub(crate) mod linked;
pub(crate) mod native;
pub(crate) mod plain;
mod private_copy;
mod refusal;
mod segments;
mod table;
#[cfg(feature = "wasm")]
mod wasm;

/// The entry that this host calls.
pub(crate) const ENTRY: &str = "rp_module_v1";
/// The exported manifest.
pub(crate) const MANIFEST: &str = "rp_manifest";
/// What every entry's name begins with; the ABI's version follows.
pub(crate) const ENTRY_STEM: &str = "rp_module_v";
