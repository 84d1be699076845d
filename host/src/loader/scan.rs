//! The modules of a folder. None of their code runs.

use std::ffi::OsStr;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::inspect::{Inspection, inspect};
use crate::error::Error;
use crate::os;

/// What a folder, or a list of files, holds. As JSON it is what `rp list --json` prints.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct Scan {
    /// The modules, in the order of the files.
    pub modules: Vec<Inspection>,
    /// Why others cannot be loaded; [`Error::path`] names the file.
    pub refused: Vec<Error>,
    /// Libraries that are no modules.
    pub skipped: Vec<PathBuf>,
}

impl Scan {
    /// Inspects these files, without running any of their code.
    pub fn of(files: impl IntoIterator<Item = PathBuf>) -> Self {
        let mut found = Scan::default();
        for path in files {
            match inspect(&path) {
                Ok(inspection) => found.modules.push(inspection),
                Err(error) if is_no_module(&error) => found.skipped.push(path),
                Err(error) => found.refused.push(error),
            }
        }
        found
    }
}

fn is_no_module(error: &Error) -> bool {
    ["rp::load::no_entry", "rp::load::managed"].contains(&error.code())
}

/// Inspects every file of a folder that is named like a shared library of this system or like WebAssembly, without running
/// any of their code. Folders below it are not searched.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// let folder = std::env::current_exe()?.with_file_name("");
/// let found = rp_host::scan(folder)?;
/// for module in &found.modules {
///     println!("{} {:?}", module.path.display(), module.manifest.as_ref().map(|manifest| &manifest.name));
/// }
/// for error in &found.refused {
///     eprintln!("{error}");
/// }
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// If the folder cannot be read. A file that cannot be read is among those [refused](Scan::refused).
pub fn scan(folder: impl AsRef<Path>) -> std::io::Result<Scan> {
    module_files(folder.as_ref()).map(Scan::of)
}

/// The files of a folder that are named like modules, sorted.
pub(crate) fn module_files(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if is_named_like_a_module(&path) && is_file(&path) {
            paths.push(path);
        }
    }
    paths.sort_unstable();
    Ok(paths)
}

fn is_named_like_a_module(path: &Path) -> bool {
    let is = |extension: &OsStr| path.extension().is_some_and(|found| os::is_same_name(found, extension));
    is(std::env::consts::DLL_EXTENSION.as_ref()) || is("wasm".as_ref())
}

/// A circular link counts, so that it is told of; a dangling one does not.
fn is_file(path: &Path) -> bool {
    match path.metadata() {
        Ok(metadata) => metadata.is_file(),
        Err(error) => error.kind() != ErrorKind::NotFound,
    }
}
