//! Reads a library's file. None of its code runs.

use std::path::Path;

use super::exports::{Dynamic, Place};
use super::format::Format;
use super::headers::{Headers, Kind, Loaded};
use super::pe::{self, Import};
use super::segments::{Segment, Segments};
use super::{elf, mach_o, machine};
use crate::error::LoadFault;
use crate::os::Needs;

/// A shared library's headers, exports and initial data.
pub(crate) struct Image<'a> {
    bytes: &'a [u8],
    format: Format,
    machine: String,
    loaded: Vec<Loaded>,
    is_program: bool,
    is_managed: bool,
    dynamic: Dynamic,
}

/// What an exported symbol is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Symbol<'a> {
    Function {
        address: u64,
    },
    Data {
        address: u64,
    },
    /// What another library exports: `library.name`.
    Elsewhere(&'a str),
}

impl<'a> Image<'a> {
    /// Reads the headers. It refuses everything that lies outside the file, so later steps need not check again.
    pub(crate) fn parse(bytes: &'a [u8]) -> Result<Self, LoadFault> {
        let headers = match format_of(bytes)? {
            Format::Pe => pe::read(bytes)?,
            Format::MachO => mach_o::read(bytes)?,
            _ => elf::read(bytes)?,
        };
        let Headers { format, machine, kind, loaded, end, is_program, is_managed, dynamic } = headers;
        let len = bytes.len() as u64;
        if end > len {
            return Err(LoadFault::Truncated { len, needs: end });
        }
        match kind {
            Kind::Library => {}
            Kind::Program => return Err(LoadFault::Executable),
            Kind::Object => {
                return Err(LoadFault::NotALibrary("it is an object file, not linked yet".into()));
            }
            Kind::Other(kind) => return Err(LoadFault::NotALibrary(format!("it is of kind {kind}"))),
        }
        Ok(Image { bytes, format, machine, loaded, is_program, is_managed, dynamic: dynamic()? })
    }

    pub(crate) fn format(&self) -> Format {
        self.format
    }

    /// The machine that the code is for, such as `x86_64`.
    pub(crate) fn machine(&self) -> &str {
        &self.machine
    }

    /// The names of all exports, sorted.
    pub(crate) fn export_names(&self) -> Vec<String> {
        let mut names: Vec<_> = self.dynamic.exports.iter().map(|export| export.name.clone()).collect();
        names.sort_unstable();
        names
    }

    /// The names of the libraries that it needs; unknown for Mach-O.
    pub(crate) fn needed(&self) -> impl Iterator<Item = &str> {
        self.dynamic.needed.iter().map(String::as_str)
    }

    /// What is loaded together with the module of that file, and what later.
    pub(crate) fn needs<'b>(&'b self, original: &'b Path) -> Needs<'b> {
        Needs { original, at_once: &self.dynamic.needed, later: &self.dynamic.needed_later }
    }

    /// What is loaded together with a library for Windows.
    pub(super) fn imports(&self) -> Vec<Import> {
        pe::imports(self.bytes)
    }

    pub(crate) fn symbol(&self, name: &str) -> Option<Symbol<'_>> {
        Some(match &self.dynamic.exports.iter().find(|export| export.name == name)?.place {
            Place::Elsewhere(to) => Symbol::Elsewhere(to),
            &Place::Here { address, is_data } if is_data || !self.is_executable(address) => {
                Symbol::Data { address }
            }
            &Place::Here { address, .. } => Symbol::Function { address },
        })
    }

    /// Whether it is a .NET assembly.
    pub(crate) fn is_managed(&self) -> bool {
        self.is_managed
    }

    /// A program interpreter without an entry is a program, though it has the type of a shared library (PIE).
    pub(crate) fn is_program(&self) -> bool {
        self.is_program
    }

    /// The text from an address to its NUL, without the NUL.
    pub(crate) fn text_at(&self, address: u64, limit: usize) -> Option<&'a [u8]> {
        let (part, offset) = self.loaded.iter().find_map(|part| Some((part, part.offset_of(address)?)))?;
        let end = usize::try_from(part.end()).ok()?;
        let start = part.offset.checked_add(offset).and_then(|start| usize::try_from(start).ok())?;
        let text = self.bytes.get(start..end)?;
        let text = &text[..text.len().min(limit + 1)];
        memchr::memchr(0, text).map(|end| &text[..end])
    }

    /// The segments of the library, at the addresses of the file.
    pub(crate) fn segments(&self) -> Segments {
        let convert = |part: &Loaded| Segment {
            start: part.address as usize,
            end: part.address.saturating_add(part.in_memory) as usize,
            is_readable: part.is_readable,
            is_code: part.is_code,
        };
        Segments(self.loaded.iter().map(convert).collect())
    }

    /// Whether the library looks for others beside itself.
    pub(crate) fn looks_beside_itself(&self) -> bool {
        let has = |mark: &[u8]| memchr::memmem::find(self.bytes, mark).is_some();
        match self.format {
            // What lies beside the original is loaded from there before the copy.
            Format::Pe => false,
            Format::MachO => has(b"@loader_path") || has(b"@rpath"),
            // Also in texts that the code hands to dlopen, so the whole file is searched, and once only.
            _ => memchr::memmem::find_iter(self.bytes, b"ORIGIN")
                .any(|at| self.bytes[..at].ends_with(b"$") || self.bytes[..at].ends_with(b"${")),
        }
    }

    fn is_executable(&self, address: u64) -> bool {
        self.loaded.iter().any(|part| part.is_code && part.offset_of(address).is_some())
    }
}

/// The machine that this host runs on, named as by [`Image::machine`].
pub(crate) fn host_machine() -> String {
    machine::of_this_host()
}

/// Refuses a file that does not begin like a library.
pub(super) fn check_head(head: &[u8]) -> Result<(), LoadFault> {
    // Such a file says itself where the rest of its header is.
    if head.starts_with(b"MZ") { Ok(()) } else { format_of(head).map(|_| ()) }
}

/// The shortest beginning that tells a format.
const SHORTEST: usize = 16;

fn format_of(bytes: &[u8]) -> Result<Format, LoadFault> {
    let what = match bytes {
        [] => return Err(LoadFault::Empty),
        [0x7f, b'E', b'L', b'F', 1 | 2, ..] if bytes.len() >= SHORTEST => return Ok(Format::Elf),
        [0xfe, 0xed, 0xfa, 0xce | 0xcf, ..] | [0xce | 0xcf, 0xfa, 0xed, 0xfe, ..]
            if bytes.len() >= SHORTEST =>
        {
            return Ok(Format::MachO);
        }
        [b'M', b'Z', ..] if pe::is_pe(bytes) => return Ok(Format::Pe),
        [b'M', b'Z', ..] => {
            "it is a program for DOS, or a library for Windows whose headers are missing or cut off"
        }
        [0xca, 0xfe, 0xba, 0xbe, ..] if bytes.len() >= SHORTEST => "it is a file of kind MachOFat32",
        [0xca, 0xfe, 0xba, 0xbf, ..] if bytes.len() >= SHORTEST => "it is a file of kind MachOFat64",
        [b'd', b'y', b'l', b'd', b'_', b'v', b'1', b' ', ..] if bytes.len() >= SHORTEST => {
            "it is a file of kind DyldCache"
        }
        _ if bytes.starts_with(b"!<arch>") => {
            "it is a static archive; link it with -shared and --whole-archive"
        }
        _ if bytes.starts_with(b"\0asm") => "it is WebAssembly, for which this host has no loader",
        _ if core::str::from_utf8(&bytes[..bytes.len().min(64)]).is_ok() => "it is a text",
        _ => "its first bytes are those of no known format",
    };
    Err(LoadFault::NotALibrary(what.into()))
}
