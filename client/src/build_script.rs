//! For build scripts.

use std::path::Path;

use crate::fault::Error;
use crate::language::{Language, Options};
use crate::write::write;

/// Writes a client in Rust, for a program with a host, into the folder `OUT_DIR` of a build script, under the name of the
/// description: `rp_client::rust("log.json")` gives `log.rs`. Cargo runs the script again when the description changes.
///
/// # Errors
/// As [`write()`](crate::write()); if the description cannot be read or the client not be written; and outside of a build script.
pub fn rust(description: impl AsRef<Path>) -> Result<(), Error> {
    let path = description.as_ref();
    println!("cargo::rerun-if-changed={}", path.display());
    let text =
        std::fs::read_to_string(path).map_err(|source| Error::Read { path: path.to_owned(), source })?;
    let client = write(Language::Rust, &text, &Options::default())?;
    let folder = std::env::var_os("OUT_DIR").ok_or(Error::NoOutDir)?;
    let out = Path::new(&folder).join(path.file_stem().unwrap_or_default()).with_extension("rs");
    std::fs::write(&out, client.text).map_err(|source| Error::Write { path: out, source })
}
