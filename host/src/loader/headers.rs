//! What the headers of a library say, whatever its format.

use super::exports::Dynamic;
use super::format::Format;
use crate::error::LoadFault;

/// A library whose headers are read; what it exports and needs is not yet.
pub(super) struct Headers<'a> {
    pub(super) format: Format,
    pub(super) machine: String,
    pub(super) kind: Kind,
    /// What is loaded, in the order of the file.
    pub(super) loaded: Vec<Loaded>,
    /// Where what they describe ends in the file.
    pub(super) end: u64,
    /// Whether it is a program that is of the same kind as a library.
    pub(super) is_program: bool,
    /// Whether it has the header of .NET.
    pub(super) is_managed: bool,
    /// Reads what it exports and needs.
    pub(super) dynamic: Box<dyn FnOnce() -> Result<Dynamic, LoadFault> + 'a>,
}

/// What a file is.
pub(super) enum Kind {
    Library,
    Program,
    Object,
    Other(&'static str),
}

/// A part of the file that is loaded.
pub(super) struct Loaded {
    pub(super) address: u64,
    pub(super) in_memory: u64,
    pub(super) offset: u64,
    pub(super) in_file: u64,
    pub(super) is_readable: bool,
    pub(super) is_code: bool,
}

impl Loaded {
    /// Where it ends in the file.
    pub(super) fn end(&self) -> u64 {
        self.offset.saturating_add(self.in_file)
    }

    /// How far into it an address is.
    pub(super) fn offset_of(&self, address: u64) -> Option<u64> {
        address.checked_sub(self.address).filter(|offset| *offset < self.in_memory)
    }
}

pub(super) fn malformed(what: impl Into<String>) -> LoadFault {
    LoadFault::Malformed(what.into())
}
