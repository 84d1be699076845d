//! What an `rp.toml` means: the store, the instances and their limits.

use std::ops::Range;
use std::path::PathBuf;
use std::time::Duration;

use super::places::Places;
use crate::options::load::LoadOptions;

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

/// Limits that the file sets; `None` is the host's own.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The most bytes of a response.
    pub reply_bytes: Option<usize>,
    /// How long a message without a deadline waits for the instance.
    pub wait: Option<Duration>,
    /// The most events that wait for one instance.
    pub queued_events: Option<usize>,
    /// The most bytes of all events that wait.
    pub queued_event_bytes: Option<usize>,
    /// The deadline of each message that the program sends; the host sets none by itself.
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
