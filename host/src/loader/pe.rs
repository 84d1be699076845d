//! Libraries for Windows: their headers, and what they export and need. All numbers in them are little-endian, and addresses are
//! relative to the library.

use super::exports::{Dynamic, Names, Place};
use super::format::Format;
use super::headers::{Headers, Kind, malformed};
use super::machine;
use super::numbers::Numbers;
use super::pe_sections::Sections;
use crate::error::LoadFault;

/// Numbers of the directories that are read.
const EXPORTS: u64 = 0;
const IMPORTS: u64 = 1;
const DELAYED: u64 = 13;
const MANAGED: u64 = 14;

const PE_32: u16 = 0x10b;
const PE_64: u16 = 0x20b;

/// Bits of the file header: what the file is.
const IS_DLL: u16 = 0x2000;
const IS_SYSTEM: u16 = 0x1000;

/// More names or functions than have numbers.
const MOST: u32 = 0x1_0000;

/// Whether the headers for Windows follow those for DOS.
pub(super) fn is_pe(bytes: &[u8]) -> bool {
    signature(Numbers { bytes, is_little: true }).is_some()
}

/// Where the headers for Windows are, and whether addresses have 64 bits.
fn signature(numbers: Numbers<'_>) -> Option<(u64, bool)> {
    let at = u64::from(numbers.word(60)?);
    // All of the headers that both widths have.
    let begins = numbers.bytes(at, 120)?.starts_with(b"PE\0\0");
    let magic = numbers.short(at + 24)?;
    (begins && [PE_32, PE_64].contains(&magic)).then_some((at, magic == PE_64))
}

/// Reads the headers of a file that [`is_pe`].
pub(super) fn read(bytes: &[u8]) -> Result<Headers<'_>, LoadFault> {
    let library = Library::parse(bytes).ok_or_else(|| malformed("Invalid PE headers offset or size"))?;
    let flags = library.flags;
    let kind = if flags & IS_DLL != 0 {
        Kind::Library
    } else if flags & IS_SYSTEM != 0 {
        Kind::Other("Unknown")
    } else {
        Kind::Program
    };
    Ok(Headers {
        format: Format::Pe,
        machine: machine::of_pe(library.machine),
        kind,
        loaded: library.sections.0.iter().map(|section| section.loaded(library.base)).collect(),
        end: library.sections.end(),
        is_program: false,
        is_managed: library.directory(MANAGED).is_some(),
        dynamic: Box::new(move || library.dynamic()),
    })
}

/// A library that a library for Windows is linked with, and the functions that it takes from there by name.
pub(super) struct Import {
    pub(super) library: String,
    pub(super) functions: Vec<String>,
}

/// What is loaded together with a library for Windows; of a broken one, what comes before that. Nothing for other files.
pub(super) fn imports(bytes: &[u8]) -> Vec<Import> {
    let mut found = Vec::new();
    if let Some(library) = Library::parse(bytes) {
        let _ = library.imports(&mut Names::of(bytes), &mut found);
    }
    found
}

struct Library<'a> {
    numbers: Numbers<'a>,
    is_64: bool,
    machine: u16,
    flags: u16,
    /// Where it is to be loaded.
    base: u64,
    /// The directories: addresses and sizes.
    directories: Numbers<'a>,
    sections: Sections<'a>,
}

impl<'a> Library<'a> {
    fn parse(bytes: &'a [u8]) -> Option<Self> {
        let numbers = Numbers { bytes, is_little: true };
        let (at, is_64) = signature(numbers)?;
        let optional = at + 24;
        let size = u64::from(numbers.short(at + 20)?);
        // What stands before the directories, the last of which is their number.
        let before = if is_64 { 112 } else { 96 };
        let directories = numbers.bytes(optional, size)?.get(before as usize..)?;
        let len = u64::from(numbers.word(optional + before - 4)?) * 8;
        let directories = directories.get(..usize::try_from(len).ok()?)?;
        let base =
            if is_64 { numbers.number(optional + 24, 8)? } else { numbers.number(optional + 28, 4)? };
        Some(Library {
            numbers,
            is_64,
            machine: numbers.short(at + 4)?,
            flags: numbers.short(at + 22)?,
            base,
            directories: Numbers { bytes: directories, is_little: true },
            sections: Sections::read(numbers, optional + size, numbers.short(at + 6)?)?,
        })
    }

    /// Address and size of a directory, if there is one.
    fn directory(&self, number: u64) -> Option<(u32, u32)> {
        let (address, size) = (self.directories.word(8 * number)?, self.directories.word(8 * number + 4)?);
        (address != 0).then_some((address, size))
    }

    fn dynamic(&self) -> Result<Dynamic, LoadFault> {
        let mut names = Names::of(self.numbers.bytes);
        let mut found = Dynamic::default();
        if let Some((address, size)) = self.directory(EXPORTS) {
            self.exports(address, size, &mut names, &mut found)?;
        }
        self.tables(IMPORTS, 20, |entry| {
            found.needed.push(names.take(self.text(entry.word(12)))?);
            Ok(())
        })?;
        self.tables(DELAYED, 32, |entry| {
            // Old ones have addresses that are not relative.
            let is_relative = entry.word(0).is_some_and(|flags| flags & 1 != 0);
            if !is_relative {
                return Err(malformed("Unsupported PE delay-load non-RVA based descriptor"));
            }
            found.needed_later.push(names.take(self.text(entry.word(4)))?);
            Ok(())
        })?;
        Ok(found)
    }

    /// Each entry of a directory of imports, up to the one that is empty.
    fn tables(
        &self,
        directory: u64,
        size: usize,
        mut each: impl FnMut(Numbers<'_>) -> Result<(), LoadFault>,
    ) -> Result<(), LoadFault> {
        let Some((address, _)) = self.directory(directory) else { return Ok(()) };
        let entries = self.sections.from(address).unwrap_or_default();
        for bytes in entries.chunks_exact(size) {
            if bytes.iter().all(|byte| *byte == 0) {
                return Ok(());
            }
            each(Numbers { bytes, is_little: true })?;
        }
        Err(malformed("Missing PE null import descriptor"))
    }

    /// The exports that have names.
    fn exports(
        &self,
        address: u32,
        size: u32,
        names: &mut Names,
        found: &mut Dynamic,
    ) -> Result<(), LoadFault> {
        let invalid = || malformed("Invalid PE export table");
        let table = self.sections.from(address).and_then(|bytes| bytes.get(..size as usize));
        let table = Numbers { bytes: table.ok_or_else(invalid)?, is_little: true };
        let number = |at: u64| table.word(at).ok_or_else(invalid);
        let (functions, named) = (number(20)?, number(24)?);
        let (addresses, of_names, indices) = (number(28)?, number(32)?, number(36)?);
        if functions > MOST || named > MOST {
            return Err(invalid());
        }
        if of_names == 0 {
            return Ok(());
        }
        let entry = |table: u32, index: u64, width: u64| {
            let at = u32::try_from(index * width).ok().and_then(|offset| table.checked_add(offset))?;
            let bytes = self.sections.from(at)?;
            Numbers { bytes, is_little: true }.number(0, width as usize)
        };
        for index in 0..u64::from(named) {
            let of_address = entry(indices, index, 2).filter(|place| *place < functions.into());
            let target = of_address.and_then(|place| entry(addresses, place, 4)).ok_or_else(invalid)? as u32;
            let name = names.take(self.text(entry(of_names, index, 4).map(|at| at as u32)))?;
            let is_forward = target.checked_sub(address).is_some_and(|offset| offset < size);
            let place = if is_forward {
                Place::Elsewhere(self.forward(target, names)?)
            } else {
                Place::Here { address: self.base.wrapping_add(target.into()), is_data: false }
            };
            found.export(name, place);
        }
        Ok(())
    }

    /// The text `library.name` in the place of an export.
    fn forward(&self, target: u32, names: &mut Names) -> Result<String, LoadFault> {
        let text = names.take(self.text(Some(target)))?;
        match text.rsplit_once('.') {
            Some((_, name)) if !name.is_empty() => Ok(text),
            _ => Err(malformed("Missing PE forwarded export name")),
        }
    }

    /// What is needed at once, with the functions that are taken by name.
    fn imports(&self, names: &mut Names, found: &mut Vec<Import>) -> Result<(), LoadFault> {
        self.tables(IMPORTS, 20, |entry| {
            let library = names.take(self.text(entry.word(12)))?;
            found.push(Import { library, functions: Vec::new() });
            let functions = found.last_mut().map(|import| &mut import.functions);
            // The names may stand in the table of addresses alone.
            let table = entry.word(0).filter(|table| *table != 0).or_else(|| entry.word(16));
            self.functions(table, names, functions.expect("it was put there"))
        })
    }

    fn functions(
        &self,
        table: Option<u32>,
        names: &mut Names,
        found: &mut Vec<String>,
    ) -> Result<(), LoadFault> {
        let width = if self.is_64 { 8 } else { 4 };
        let bytes = table.and_then(|table| self.sections.from(table)).unwrap_or_default();
        for entry in bytes.chunks_exact(width) {
            let entry = Numbers { bytes: entry, is_little: true }.number(0, width).unwrap_or_default();
            let address = entry as u32 & 0x7fff_ffff;
            let is_by_number = entry >> (8 * width - 1) != 0;
            if address == 0 {
                return Ok(());
            }
            if !is_by_number {
                // Behind a hint where to look for it.
                found.push(names.take(self.text(address.checked_add(2)))?);
            }
        }
        Err(malformed("Missing PE null import thunk"))
    }

    fn text(&self, address: Option<u32>) -> Option<&'a [u8]> {
        let bytes = self.sections.from(address?)?;
        Numbers { bytes, is_little: true }.text(0)
    }
}
