//! The compiler: Wasmtime.

mod cache_file;
mod cache_folder;
mod disk_cache;
pub(super) mod engine;
mod engines;
mod epoch;
mod trap;
mod view;
