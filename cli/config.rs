//! `rp.toml`: the store, the modules, their instances, and what these may do.

mod check;
mod config_file;
mod fault;
mod file;
mod grants;
mod json;
mod known;
mod places;
mod planned;

pub use config_file::ConfigFile;
pub use places::Places;
pub use planned::{Planned, StorePlace};
