//! Where module files are looked for.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::error::ConfigError;
use super::nearest::question_of_file;
use crate::loader::scan::module_files;
use crate::os;
use crate::platform::file_name::library_file_name;

/// The folders that are searched for modules, first one first.
///
/// ```no_run
/// use rp_host::config::SearchPath;
///
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let beside_this_program = SearchPath::new(&[])?;
/// if let Some(file) = beside_this_program.find("research-log") {
///     rp_host::Host::new().load(file)?;
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct SearchPath(Vec<PathBuf>);

impl SearchPath {
    /// The folders given, or the folder of this program and its `deps`, where a build puts modules.
    ///
    /// # Errors
    /// If one of them is not a folder.
    pub fn new(given: &[PathBuf]) -> Result<Self, ConfigError> {
        if given.is_empty() {
            return Self::beside_program();
        }
        given.iter().try_for_each(|folder| check_folder(folder))?;
        Ok(Self(given.to_vec()))
    }

    fn beside_program() -> Result<Self, ConfigError> {
        let program = std::env::current_exe().and_then(dunce::canonicalize).map_err(|error| {
            ConfigError::new(
                "rp::modules::no_folder",
                format!("the folder of this program is unknown: {error}"),
            )
            .with_help("name the folder of the modules")
        })?;
        let folder = program.parent().unwrap_or(Path::new("/")).to_owned();
        let deps = folder.join("deps");
        Ok(Self(if deps.is_dir() { vec![folder, deps] } else { vec![folder] }))
    }

    /// The file of a module: the library of this system, else WebAssembly under the module's name, with `-` or `_`.
    pub fn find(&self, name: &str) -> Option<PathBuf> {
        let names = [
            library_file_name(name),
            format!("{name}.wasm").into(),
            format!("{}.wasm", name.replace('-', "_")).into(),
        ];
        let paths = names.iter().flat_map(|file| self.0.iter().map(move |folder| folder.join(file)));
        // A file that cannot be examined counts as found: loading it reports why.
        paths.into_iter().find(|path| !matches!(path.try_exists(), Ok(false)))
    }

    /// Every file that is named like a shared library or a WebAssembly module, by folder and name. Of equal names, the one in
    /// the earliest folder counts.
    ///
    /// # Errors
    /// If a folder cannot be read.
    pub fn libraries(&self) -> Result<Vec<PathBuf>, ConfigError> {
        let mut found: Vec<PathBuf> = Vec::new();
        for folder in &self.0 {
            let mut here = module_files(folder).map_err(|error| unreadable(folder, &error))?;
            here.retain(|path| found.iter().all(|earlier| !has_same_name(earlier, path)));
            found.extend(here);
        }
        Ok(found)
    }

    /// The question whether a similar file was meant, for a file that none of the folders has.
    pub fn question(&self, file: &str) -> String {
        let questions = self.0.iter().map(|folder| question_of_file(&folder.join(file)));
        questions.into_iter().find(|question| !question.is_empty()).unwrap_or_default()
    }
}

impl std::fmt::Display for SearchPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: Vec<String> = self.0.iter().map(|folder| folder.display().to_string()).collect();
        f.write_str(&shown.join(", "))
    }
}

fn has_same_name(one: &Path, other: &Path) -> bool {
    let name = |path: &Path| path.file_name().unwrap_or_default().to_owned();
    os::is_same_name(&name(one), &name(other))
}

fn check_folder(path: &Path) -> Result<(), ConfigError> {
    let what = match path.metadata() {
        Ok(metadata) if metadata.is_dir() => return Ok(()),
        Ok(_) => "is not a folder",
        Err(error) if error.kind() == ErrorKind::NotFound => "does not exist",
        Err(error) => return Err(unreadable(path, &error)),
    };
    Err(ConfigError::new("rp::modules::no_folder", format!("{} {what}", path.display()))
        .with_help("give the folder that contains the library files of the modules"))
}

fn unreadable(folder: &Path, error: &std::io::Error) -> ConfigError {
    ConfigError::new("rp::modules::unreadable", format!("{} cannot be read: {error}", folder.display()))
        .with_system_help(error, "check the permissions of the folder")
}
