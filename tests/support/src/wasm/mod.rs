//! Every module of this repository as WebAssembly, from the same sources and under the same names.
//!
//! What is missing for that is a gap: printed, or with RP_FULL=1 a failure.

mod build;
pub mod c;
mod rust;

use std::io::Write;
use std::path::PathBuf;

pub use build::Missing;

use crate::{is_full, root};

/// A module as WebAssembly; `None` where what it takes is missing, and that may be.
pub fn module(name: &str) -> Option<PathBuf> {
    match try_module(name) {
        Ok(path) => Some(path),
        Err(gap) => {
            // Not println!, which the test runner keeps to itself.
            let _ = writeln!(std::io::stderr(), "gap: {gap}");
            None
        }
    }
}

/// A module as WebAssembly, or what is missing for it; with RP_FULL=1 that is a failure.
pub fn try_module(name: &str) -> Result<PathBuf, String> {
    let is_rust = root().join("modules-rust").join(name).is_dir();
    or_gap(name, if is_rust { rust::module(name) } else { c::module(name) })
}

/// What is missing as a gap, which with RP_FULL=1 is a failure.
pub fn or_gap(name: &str, built: Result<PathBuf, Missing>) -> Result<PathBuf, String> {
    built.map_err(|Missing(what)| {
        let gap = format!("{name} was not tested as WebAssembly: {what}");
        assert!(!is_full(), "{gap}");
        gap
    })
}
