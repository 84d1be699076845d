//! `rp.toml`: the store, the modules, their instances, and what these may do.

mod check;
mod file;
mod grants;
mod json;
mod places;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::Duration;

pub use places::Places;
use rp_host::LoadOptions;
use toml::Spanned;

use crate::fault::Fault;
use crate::files;

/// The most bytes of an `rp.toml`: whatever is longer is something else.
const LARGEST: u64 = 16 << 20;
/// The store, and what SQLite keeps beside it.
const STORE_ENDINGS: [&str; 4] = ["", "-wal", "-shm", "-journal"];

/// What an `rp.toml` says.
#[derive(Debug)]
pub struct Config {
    /// Where modules without a path are looked for; empty where the file does not say.
    pub folders: Vec<PathBuf>,
    /// The store, where there is one.
    pub store: Option<PlannedStore>,
    /// What holds for all.
    pub limits: Limits,
    /// In the order of the file.
    pub instances: Vec<Planned>,
}

/// A store that is to be opened.
#[derive(Debug)]
pub struct PlannedStore {
    pub place: StorePlace,
    /// Its largest size.
    pub max_bytes: Option<u64>,
    pub indexes: Vec<Index>,
    /// Where the file says where it lies.
    pub span: Range<usize>,
}

/// An index that a store is to keep.
#[derive(Debug)]
pub struct Index {
    pub entity: String,
    pub path: String,
    /// Where the file names it.
    pub span: Range<usize>,
}

/// Where a store lies.
#[derive(Debug)]
pub enum StorePlace {
    /// In memory.
    Memory,
    /// In a file.
    File(PathBuf),
}

/// Limits that the file sets; None is the host's own.
#[derive(Debug, Default)]
pub struct Limits {
    pub reply_bytes: Option<usize>,
    pub wait: Option<Duration>,
    pub queued_events: Option<usize>,
    /// The most bytes of all events that wait.
    pub queued_event_bytes: Option<usize>,
    pub deadline: Option<Duration>,
}

/// An instance that is to be loaded.
#[derive(Debug)]
pub struct Planned {
    pub name: String,
    pub module: String,
    /// Where the file says what it is made of.
    pub places: Places,
    /// Its file, where the configuration says.
    pub path: Option<PathBuf>,
    pub options: LoadOptions,
    /// How long an answer is wanted.
    pub deadline: Option<Duration>,
}

/// The names that a file declares.
struct Known<'a> {
    modules: Vec<(&'a Spanned<String>, &'a file::Module)>,
    instances: Vec<&'a str>,
}

/// What is wrong with an `rp.toml`, where, and how to mend it.
#[derive(Debug)]
struct ConfigFault {
    code: &'static str,
    span: Range<usize>,
    text: String,
    help: String,
}

impl ConfigFault {
    fn new(span: Range<usize>, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: "rp::config::malformed", span, text: text.into(), help: help.into() }
    }

    fn contradiction(span: Range<usize>, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: "rp::config::contradictory", ..Self::new(span, text, help) }
    }
}

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

    /// Shows in the file where an instance is named that made trouble.
    pub fn blame(&self, fault: Fault, place: &Range<usize>) -> Fault {
        fault.in_file(&self.path.display().to_string(), &self.text, place.clone())
    }
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut path = path.as_os_str().to_owned();
    path.push(ending);
    path.into()
}
