//! Libraries for macOS: their headers and load commands, and what they export.

use super::exports::{Dynamic, Names, Place};
use super::format::Format;
use super::headers::{Headers, Kind, Loaded, malformed};
use super::mach_o_trie::{self, Target};
use super::machine;
use super::numbers::Numbers;
use crate::error::LoadFault;

/// Load commands: segments, symbols, what is exported, and the libraries that are needed.
const SEGMENT: u32 = 0x1;
const SYMBOLS: u32 = 0x2;
const SEGMENT_64: u32 = 0x19;
const DYLD_INFO: u32 = 0x22;
const DYLD_INFO_ONLY: u32 = 0x8000_0022;
const EXPORTS_TRIE: u32 = 0x8000_0033;
const LIBRARIES: [u32; 5] = [0xc, 0x20, 0x8000_0018, 0x8000_001f, 0x8000_0023];

/// Bits of a segment: what may be done with its memory.
const IS_READABLE: u32 = 1;
const IS_CODE: u32 = 4;

/// Reads the headers of a file that begins like one for macOS.
pub(super) fn read(bytes: &[u8]) -> Result<Headers<'_>, LoadFault> {
    let is_little = bytes.first() != Some(&0xfe);
    let numbers = Numbers { bytes, is_little };
    // The last byte of the magic number, in the order of the file.
    let is_64 = bytes.get(if is_little { 0 } else { 3 }) == Some(&0xcf);
    let library = Library::parse(numbers, is_64).ok_or_else(|| malformed("Invalid Mach-O load command"))?;
    let kind = match library.kind {
        1 => Kind::Object,
        2 => Kind::Program,
        4 => Kind::Other("Core"),
        6 => Kind::Library,
        _ => Kind::Other("Unknown"),
    };
    let loaded: Option<Vec<Loaded>> =
        library.segments().map(|segment| Some(library.segment(segment)?.1)).collect();
    let loaded = loaded.ok_or_else(|| malformed("Invalid Mach-O segment"))?;
    Ok(Headers {
        format: Format::MachO,
        machine: machine::of_mach_o(library.machine, is_little),
        kind,
        end: loaded.iter().map(Loaded::end).max().unwrap_or_default(),
        loaded,
        is_program: false,
        is_managed: false,
        dynamic: Box::new(move || library.exports()),
    })
}

struct Library<'a> {
    numbers: Numbers<'a>,
    is_64: bool,
    machine: u32,
    kind: u32,
    /// Numbers and bytes of the load commands, each from its own beginning.
    commands: Vec<(u32, Numbers<'a>)>,
}

impl<'a> Library<'a> {
    fn parse(numbers: Numbers<'a>, is_64: bool) -> Option<Self> {
        let (count, size) = (numbers.word(16)?, numbers.word(20)?);
        let mut rest = numbers.bytes(if is_64 { 32 } else { 28 }, size.into())?;
        let mut commands = Vec::new();
        for _ in 0..count {
            let command = Numbers { bytes: rest, ..numbers };
            let len = command.word(4)? as usize;
            let (bytes, behind) = rest.split_at_checked(len).filter(|_| len >= 8)?;
            commands.push((command.word(0)?, Numbers { bytes, ..numbers }));
            rest = behind;
        }
        Some(Library { numbers, is_64, machine: numbers.word(4)?, kind: numbers.word(12)?, commands })
    }

    fn segments(&self) -> impl Iterator<Item = Numbers<'a>> {
        let number = if self.is_64 { SEGMENT_64 } else { SEGMENT };
        self.commands.iter().filter(move |(known, _)| *known == number).map(|(_, command)| *command)
    }

    /// The name of a segment with NULs behind it, and what of it is loaded.
    fn segment(&self, command: Numbers<'a>) -> Option<(&'a [u8], Loaded)> {
        let width = if self.is_64 { 8 } else { 4 };
        let number = |index: u64| command.number(24 + index * width as u64, width);
        let rights = command.word(24 + 4 * width as u64)?;
        let loaded = Loaded {
            address: number(0)?,
            in_memory: number(1)?,
            offset: number(2)?,
            in_file: number(3)?,
            is_readable: rights & IS_READABLE != 0,
            is_code: rights & IS_CODE != 0,
        };
        Some((command.bytes(8, 16)?, loaded))
    }

    fn command(&self, numbers: &[u32]) -> Option<Numbers<'a>> {
        self.commands.iter().rfind(|(number, _)| numbers.contains(number)).map(|(_, command)| *command)
    }

    fn exports(&self) -> Result<Dynamic, LoadFault> {
        let trie = self.command(&[EXPORTS_TRIE]).map(|command| (command, 8));
        match trie.or_else(|| Some((self.command(&[DYLD_INFO, DYLD_INFO_ONLY])?, 40))) {
            Some((command, at)) => self.exports_of_trie(command, at),
            None => self.exports_of_symbols(),
        }
    }

    /// The command says at that place where the trie is.
    fn exports_of_trie(&self, command: Numbers<'_>, at: u64) -> Result<Dynamic, LoadFault> {
        let place = command.word(at).zip(command.word(at + 4));
        let trie = place.and_then(|(offset, len)| self.numbers.bytes(offset.into(), len.into()));
        let trie = trie.ok_or_else(|| malformed("Invalid Mach-O exports trie offset or size"))?;
        let mut names = Names::of(self.numbers.bytes);
        let mut found = Dynamic::default();
        let (base, libraries) = (self.base(), self.libraries());
        mach_o_trie::read(trie, |name, target| {
            let place = match target {
                Target::Offset(offset) => Place::Here { address: base.wrapping_add(offset), is_data: false },
                Target::Elsewhere(number, other) => {
                    let other = if other.is_empty() { name } else { other };
                    let library = names.take(library(&libraries, number))?;
                    Place::Elsewhere(format!("{library}.{}", names.take(Some(other))?))
                }
            };
            found.export(names.take(Some(as_in_c(name)))?, place);
            Ok(())
        })?;
        Ok(found)
    }

    /// Where the addresses of the trie count from.
    fn base(&self) -> u64 {
        let mut segments = self.segments().filter_map(|segment| self.segment(segment));
        let text = segments.find(|(name, _)| name.starts_with(b"__TEXT\0"));
        text.map_or(0, |(_, loaded)| loaded.address)
    }

    /// The libraries that are needed.
    fn libraries(&self) -> Vec<Numbers<'a>> {
        let libraries = self.commands.iter().filter(|(known, _)| LIBRARIES.contains(known));
        libraries.map(|(_, command)| *command).collect()
    }

    /// What old libraries have: the symbols that others may use.
    fn exports_of_symbols(&self) -> Result<Dynamic, LoadFault> {
        let mut names = Names::of(self.numbers.bytes);
        let mut found = Dynamic::default();
        let Some(command) = self.command(&[SYMBOLS]) else { return Ok(found) };
        let tables = self.symbol_tables(command);
        let (symbols, texts) =
            tables.ok_or_else(|| malformed("Invalid Mach-O symbol table offset or size"))?;
        for bytes in symbols.bytes.chunks_exact(self.symbol_size()) {
            let symbol = Numbers { bytes, ..symbols };
            let Some((kind, at, value)) = self.exported(symbol) else { continue };
            let name = names.take(texts.text(at).map(as_in_c))?;
            let place = match kind {
                Defined::Here => Place::Here { address: value, is_data: false },
                Defined::Elsewhere => Place::Elsewhere(format!(".{}", names.take(texts.text(value))?)),
            };
            found.export(name, place);
        }
        Ok(found)
    }

    fn symbol_size(&self) -> usize {
        if self.is_64 { 16 } else { 12 }
    }

    fn symbol_tables(&self, command: Numbers<'_>) -> Option<(Numbers<'a>, Numbers<'a>)> {
        let number = |at: u64| command.word(at).map(u64::from);
        let symbols = self.numbers.bytes(number(8)?, number(12)? * self.symbol_size() as u64)?;
        let texts = self.numbers.bytes(number(16)?, number(20)?)?;
        Some((Numbers { bytes: symbols, ..self.numbers }, Numbers { bytes: texts, ..self.numbers }))
    }

    /// How a symbol is defined that others may use, where its name is, and its value.
    fn exported(&self, symbol: Numbers<'_>) -> Option<(Defined, u64, u64)> {
        let kind = *symbol.bytes.get(4)?;
        // For debuggers, for this library alone, or for its own parts.
        let is_exported = kind & 0xe0 == 0 && kind & 1 != 0 && kind & 0x10 == 0;
        let is_resolver = symbol.short(6)? & 0x100 != 0;
        let defined = match kind & 0xe {
            0xe if !is_resolver => Defined::Here,
            0xa => Defined::Elsewhere,
            _ => return None,
        };
        let value = symbol.number(8, if self.is_64 { 8 } else { 4 })?;
        is_exported.then_some((defined, symbol.word(0)?.into(), value))
    }
}

/// The path of a library that is needed. They are counted from one.
fn library<'a>(libraries: &[Numbers<'a>], number: u64) -> Option<&'a [u8]> {
    let command = libraries.get(usize::try_from(number.checked_sub(1)?).ok()?)?;
    command.text(command.word(8)?.into())
}

/// Where a symbol is defined.
enum Defined {
    Here,
    Elsewhere,
}

/// There is an underscore before the names of C.
fn as_in_c(name: &[u8]) -> &[u8] {
    name.strip_prefix(b"_").unwrap_or(name)
}
