//! Reads a library's file. None of its code runs.

use std::path::Path;

use object::elf::{FileHeader32, FileHeader64};
use object::{Architecture, BinaryFormat, Endianness, File, FileKind, Object, ObjectKind, ObjectSegment};

use super::dynamic::{self, Dynamic};
use super::elf;
use super::exports::Place;
use super::other_formats::{self, Import};
use super::segments::{Segment, Segments};
use crate::error::LoadFault;
use crate::os::Needs;

/// A shared library's headers, exports and initial data.
pub(crate) struct Image<'a> {
    bytes: &'a [u8],
    file: File<'a>,
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
        match kind_of(bytes)? {
            FileKind::Elf32 => elf::check::<FileHeader32<Endianness>>(bytes)?,
            FileKind::Elf64 => elf::check::<FileHeader64<Endianness>>(bytes)?,
            _ => {}
        }
        let malformed = |error: object::read::Error| LoadFault::Malformed(error.to_string());
        let file = File::parse(bytes).map_err(malformed)?;
        check_segments(&file, bytes)?;
        match file.kind() {
            ObjectKind::Dynamic => {}
            ObjectKind::Executable => return Err(LoadFault::Executable),
            ObjectKind::Relocatable => {
                return Err(LoadFault::NotALibrary("it is an object file, not linked yet".into()));
            }
            kind => return Err(LoadFault::NotALibrary(format!("it is of kind {kind:?}"))),
        }
        let dynamic = dynamic_of(&file, bytes).map_err(malformed)?;
        let too_long =
            || LoadFault::Malformed("its names do not end, or are longer in sum than the file".into());
        Ok(Image { bytes, file, dynamic: dynamic.ok_or_else(too_long)? })
    }

    pub(crate) fn format(&self) -> BinaryFormat {
        self.file.format()
    }

    /// The machine that the code is for, such as `x86_64`.
    pub(crate) fn machine(&self) -> String {
        machine_name(self.file.architecture(), self.file.is_little_endian())
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
        other_formats::imports(&self.file, self.bytes)
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
        other_formats::is_managed(&self.file)
    }

    /// A program interpreter without an entry is a program, though it has the type of a shared library (PIE).
    pub(crate) fn is_program(&self) -> bool {
        match &self.file {
            File::Elf32(elf) => elf::has_interpreter(elf.elf_header(), self.bytes),
            File::Elf64(elf) => elf::has_interpreter(elf.elf_header(), self.bytes),
            _ => false,
        }
    }

    /// The text from an address to its NUL, without the NUL.
    pub(crate) fn text_at(&self, address: u64, limit: usize) -> Option<&'a [u8]> {
        let segment = self.file.segments().find(|segment| contains(segment, address))?;
        let data: &'a [u8] = segment.data().ok()?;
        let start = usize::try_from(address - segment.address()).ok()?;
        let text = data.get(start..)?;
        let text = &text[..text.len().min(limit + 1)];
        memchr::memchr(0, text).map(|end| &text[..end])
    }

    /// The segments of the library, at the addresses of the file.
    pub(crate) fn segments(&self) -> Segments {
        let convert = |segment: object::Segment<'_, '_>| Segment {
            start: segment.address() as usize,
            end: segment.address().saturating_add(segment.size()) as usize,
            is_readable: segment.permissions().readable(),
            is_code: segment.permissions().executable(),
        };
        Segments(self.file.segments().map(convert).collect())
    }

    /// Whether the library looks for others beside itself.
    pub(crate) fn looks_beside_itself(&self) -> bool {
        let has = |mark: &[u8]| memchr::memmem::find(self.bytes, mark).is_some();
        match self.format() {
            // What lies beside the original is loaded from there before the copy.
            BinaryFormat::Pe => false,
            BinaryFormat::MachO => has(b"@loader_path") || has(b"@rpath"),
            // Also in texts that the code hands to dlopen, so the whole file is searched, and once only.
            _ => memchr::memmem::find_iter(self.bytes, b"ORIGIN")
                .any(|at| self.bytes[..at].ends_with(b"$") || self.bytes[..at].ends_with(b"${")),
        }
    }

    fn is_executable(&self, address: u64) -> bool {
        let mut segments = self.file.segments();
        segments.any(|segment| contains(&segment, address) && segment.permissions().executable())
    }
}

/// The machine that this host runs on, named as by [`Image::machine`].
pub(crate) fn host_machine() -> String {
    with_byte_order(std::env::consts::ARCH, cfg!(target_endian = "little"))
}

/// The format that this system loads.
pub(crate) fn host_format() -> BinaryFormat {
    library_format(BinaryFormat::native_object())
}

/// The format of a library made of objects of that format: on Windows objects are COFF, and what is loaded is PE.
fn library_format(object: BinaryFormat) -> BinaryFormat {
    if object == BinaryFormat::Coff { BinaryFormat::Pe } else { object }
}

fn machine_name(architecture: Architecture, little_endian: bool) -> String {
    let name = match architecture {
        Architecture::X86_64_X32 => "x86_64 (x32)".into(),
        Architecture::I386 => "x86".into(),
        other => format!("{other:?}").to_lowercase(),
    };
    with_byte_order(&name, little_endian)
}

/// Rust names a machine of two byte orders alike; S390x has one.
fn with_byte_order(name: &str, little_endian: bool) -> String {
    if little_endian || name == "s390x" { name.to_owned() } else { format!("{name} (big-endian)") }
}

/// Refuses a file that does not begin like a library.
pub(super) fn check_head(head: &[u8]) -> Result<(), LoadFault> {
    // Such a file says itself where the rest of its header is.
    if head.starts_with(b"MZ") { Ok(()) } else { kind_of(head).map(|_| ()) }
}

fn kind_of(bytes: &[u8]) -> Result<FileKind, LoadFault> {
    if bytes.is_empty() {
        return Err(LoadFault::Empty);
    }
    let what = match FileKind::parse(bytes) {
        Ok(kind @ (FileKind::Elf32 | FileKind::Elf64 | FileKind::MachO32 | FileKind::MachO64)) => {
            return Ok(kind);
        }
        Ok(kind @ (FileKind::Pe32 | FileKind::Pe64)) => return Ok(kind),
        Ok(kind) => format!("it is a file of kind {kind:?}"),
        Err(_) if bytes.starts_with(b"MZ") => {
            "it is a program for DOS, or a library for Windows whose headers are missing or cut off".into()
        }
        Err(_) if bytes.starts_with(b"!<arch>") => {
            "it is a static archive; link it with -shared and --whole-archive".into()
        }
        Err(_) if bytes.starts_with(b"\0asm") => {
            "it is WebAssembly, for which this host has no loader".into()
        }
        Err(_) if core::str::from_utf8(&bytes[..bytes.len().min(64)]).is_ok() => "it is a text".into(),
        Err(_) => "its first bytes are those of no known format".into(),
    };
    Err(LoadFault::NotALibrary(what))
}

fn check_segments(file: &File<'_>, bytes: &[u8]) -> Result<(), LoadFault> {
    let len = bytes.len() as u64;
    let end = |segment: object::Segment<'_, '_>| {
        let (offset, size) = segment.file_range();
        offset.saturating_add(size)
    };
    let ends = file.segments().map(end).chain([other_formats::end_of_sections(file)]);
    match ends.into_iter().find(|needs| *needs > len) {
        Some(needs) => Err(LoadFault::Truncated { len, needs }),
        None => Ok(()),
    }
}

fn dynamic_of(file: &File<'_>, bytes: &[u8]) -> object::read::Result<Option<Dynamic>> {
    match file {
        File::Elf32(_) => dynamic::read::<FileHeader32<Endianness>>(bytes),
        File::Elf64(_) => dynamic::read::<FileHeader64<Endianness>>(bytes),
        _ => other_formats::read(file, bytes),
    }
}

fn contains(segment: &object::Segment<'_, '_>, address: u64) -> bool {
    address.checked_sub(segment.address()).is_some_and(|offset| offset < segment.size())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_of_the_systems_format() {
        use BinaryFormat::{Coff, Elf, MachO, Pe};
        for (object, library) in [(Coff, Pe), (Elf, Elf), (MachO, MachO)] {
            assert_eq!(library_format(object), library);
        }
    }

    #[test]
    fn a_machine_has_one_name() {
        use Architecture::{Aarch64, I386, Mips64, PowerPc64, Riscv64, S390x, X86_64};
        for (architecture, rust_name, little_endian) in [
            (X86_64, "x86_64", true),
            (I386, "x86", true),
            (Aarch64, "aarch64", true),
            (Riscv64, "riscv64", true),
            (S390x, "s390x", false),
            (PowerPc64, "powerpc64", true),
            (PowerPc64, "powerpc64", false),
            (Mips64, "mips64", false),
        ] {
            let host = with_byte_order(rust_name, little_endian);
            assert_eq!(machine_name(architecture, little_endian), host, "{rust_name}");
        }
        assert_ne!(machine_name(PowerPc64, true), machine_name(PowerPc64, false));
    }
}
