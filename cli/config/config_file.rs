//! An `rp.toml`, read and checked.

use std::ops::Range;
use std::path::{Path, PathBuf};

use super::check;
use super::planned::{Config, StorePlace};
use crate::fault::Fault;
use crate::files;

/// The most bytes of an `rp.toml`: whatever is longer is something else.
const LARGEST: u64 = 16 << 20;
/// The store, and what SQLite keeps beside it.
const STORE_ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// A file and what it says.
#[derive(Debug)]
pub struct ConfigFile {
    /// As it was named.
    pub path: PathBuf,
    text: String,
    /// What it says.
    pub config: Config,
}

impl ConfigFile {
    /// Reads and checks a file.
    pub fn read(path: &Path) -> Result<Self, Fault> {
        let text = files::read_text(path, LARGEST).map_err(|error| {
            Fault::environment(
                "rp::config::unreadable",
                format!("the configuration {} cannot be read: {error}", path.display()),
            )
            .help_with(&error, "give the path of an rp.toml; `rp run --help` shows one")
        })?;
        Self::parse(path, text)
    }

    /// Checks the text of a file.
    pub fn parse(path: &Path, text: String) -> Result<Self, Fault> {
        let folder = path.parent().unwrap_or(Path::new(""));
        match check::config(&text, folder) {
            Ok(config) => Ok(Self { path: path.to_owned(), text, config }),
            Err(fault) => Err(Fault::environment(fault.code, format!("{}: {}", path.display(), fault.text))
                .help(fault.help)
                .in_file(&path.display().to_string(), &text, fault.span)),
        }
    }

    /// The files that no output may overwrite: itself, the modules, and the store with the files that SQLite keeps beside it.
    pub fn inputs(&self) -> Vec<PathBuf> {
        let modules = self.config.instances.iter().filter_map(|planned| planned.path.clone());
        let store = self.config.store.iter().filter_map(|store| match &store.place {
            StorePlace::File(path) => Some(path.as_path()),
            StorePlace::Memory => None,
        });
        let store = store.flat_map(|path| STORE_ENDINGS.map(|ending| with_ending(path, ending)));
        std::iter::once(self.path.clone()).chain(modules).chain(store).collect()
    }

    /// Shows the place in the file that an error is about.
    pub fn blame(&self, fault: Fault, place: &Range<usize>) -> Fault {
        fault.in_file(&self.path.display().to_string(), &self.text, place.clone())
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
