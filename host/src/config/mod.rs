//! `rp.toml` for any program: the store, the modules, their instances, what these may do, and the limits.
//!
//! The command `rp` reads its `rp.toml` with this module and nothing else. `spec/schemas/rp.toml.json` lists every key.
//!
//! ```no_run
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let host = rp_host::config::load("rp.toml")?;
//! let archive = host.instance("archive").ok_or("rp.toml has no instance archive")?;
//! # let _ = archive;
//! # Ok(())
//! # }
//! ```
//!
//! A program with a name, a log or services of its own takes two steps:
//!
//! ```no_run
//! use rp_host::{Host, config};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = config::read("rp.toml")?;
//! let host = file.start(Host::builder().name("my-program").on_log(|line| eprintln!("{}", line.text)))?;
//! # let _ = host;
//! # Ok(())
//! # }
//! ```

mod backslash;
mod check;
mod config_file;
mod error;
mod fault;
mod file;
mod grants;
mod instance_plan;
mod isolation;
mod json;
mod known;
mod nearest;
mod places;
mod planned;
mod search_path;
mod source;
mod spans;
mod store;

use std::path::Path;

pub use config_file::ConfigFile;
pub use error::ConfigError;
pub use instance_plan::InstancePlan;
pub use nearest::nearest;
pub use search_path::SearchPath;

use crate::host::host::Host;

/// Reads and checks an `rp.toml`; nothing is opened or loaded yet.
///
/// # Errors
/// As for [`ConfigFile::read`].
pub fn read(path: impl AsRef<Path>) -> Result<ConfigFile, ConfigError> {
    ConfigFile::read(path)
}

/// The JSON Schema of `rp.toml`: what `spec/schemas/rp.toml.json` holds.
#[cfg(feature = "schema")]
#[must_use]
pub fn schema() -> schemars::Schema {
    rp_protocol::schema::of::<file::File>()
}

/// A host with the store, the limits and the instances of an `rp.toml`.
///
/// # Errors
/// As for [`ConfigFile::read`] and [`ConfigFile::start`].
pub fn load(path: impl AsRef<Path>) -> Result<Host, ConfigError> {
    read(path)?.start(Host::builder())
}
