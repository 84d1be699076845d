//! What an `rp.toml` means: the store, the instances and their limits.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use super::places::Places;
use crate::options::host::HostOptions;
use crate::options::load::LoadOptions;

/// What an `rp.toml` says.
#[derive(Debug)]
pub struct Config {
    /// Where modules without a path are searched; empty if the file does not say.
    pub folders: Vec<PathBuf>,
    /// The store, where there is one.
    pub store: Option<PlannedStore>,
    /// What holds for the whole host.
    pub host: HostOptions,
    /// In the order of the file.
    pub instances: Vec<Planned>,
}

/// A store that is to be opened.
#[derive(Debug)]
#[cfg_attr(not(feature = "sqlite"), allow(dead_code, reason = "there is nothing to open"))]
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
