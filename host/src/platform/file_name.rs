//! The names of modules' files.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::ffi::OsString;

/// The file name that a module's library has here: `test-minimal` -> `libtest_minimal.so`.
///
/// ```
/// let name = rp_host::library_file_name("test-minimal");
/// assert!(name.to_string_lossy().contains("test_minimal."));
/// ```
pub fn library_file_name(module: &str) -> OsString {
    let stem = module.replace('-', "_");
    format!("{DLL_PREFIX}{stem}{DLL_SUFFIX}").into()
}
