//! How a module is brought in.

mod dynamic;
pub(crate) mod entry;
mod examine;
mod exports;
mod image;
pub(crate) mod inspect;
pub(crate) mod linked;
pub(crate) mod load;
pub(crate) mod native;
mod plain;
mod private_copy;
mod read;
mod refusal;
mod segments;
mod table;
mod table_module;
#[cfg(feature = "wasm")]
mod wasm;
