//! What an `rp.toml` means: the store, the instances and their limits.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use rp_host::LoadOptions;

use super::places::Places;

/// What an `rp.toml` says.
#[derive(Debug)]
pub struct Config {
    /// Where modules without a path are searched; empty if the file does not say.
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
    /// Where the file names its place.
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
