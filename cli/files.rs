//! Files that the command writes for its user.

use std::fs;
use std::path::Path;

use crate::fault::Fault;

/// Writes a file and the folders above it.
pub fn write(path: &Path, text: &str) -> Result<(), Fault> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).and_then(|()| fs::write(path, text)).map_err(|error| {
        Fault::environment("rp::output", format!("{} cannot be written: {error}", path.display()))
            .help("check the folder and its permissions, and whether the disk is full")
    })
}
