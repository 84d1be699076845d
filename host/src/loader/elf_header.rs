//! The first header of an ELF file, and the tables that it names.

use super::elf_layout::Part;
use super::elf_names::PT_DYNAMIC;
use super::headers::malformed;
use super::numbers::Numbers;
use crate::error::LoadFault;

/// The largest table of segments, in bytes.
const MOST_OF_SEGMENTS: u64 = 1 << 16;

/// The first header. All numbers are read as the file says, of 32 or 64 bits.
pub(super) struct Header<'a> {
    pub(super) numbers: Numbers<'a>,
    pub(super) is_64: bool,
    /// What the file is: `ET_DYN`.
    pub(super) kind: u16,
    /// The number of the machine, and flags that only it knows.
    pub(super) machine: u16,
    pub(super) flags: u32,
    pub(super) segments: Table,
    pub(super) sections: Table,
}

/// A table of other headers.
pub(super) struct Table {
    pub(super) offset: u64,
    entry: u16,
    count: u16,
}

impl Table {
    fn len(&self) -> u64 {
        u64::from(self.entry) * u64::from(self.count)
    }

    /// Where it ends in the file.
    pub(super) fn end(&self) -> u64 {
        self.offset.saturating_add(self.len())
    }
}

impl<'a> Header<'a> {
    /// Reads it; the file begins like one of ELF.
    pub(super) fn parse(bytes: &'a [u8]) -> Result<Self, LoadFault> {
        let is_64 = bytes.get(4) == Some(&2);
        let needs = if is_64 { 64 } else { 52 };
        if bytes.len() < needs {
            return Err(LoadFault::Truncated { len: bytes.len() as u64, needs: needs as u64 });
        }
        // The byte order, and the version of the format.
        let is_supported = matches!(bytes[5], 1 | 2) && bytes[6] == 1;
        let numbers = Numbers { bytes, is_little: bytes[5] == 1 };
        let header = is_supported.then(|| Header::read(numbers, is_64)).flatten();
        header.ok_or_else(|| malformed("Unsupported ELF header"))
    }

    fn read(numbers: Numbers<'a>, is_64: bool) -> Option<Self> {
        let word = if is_64 { 8 } else { 4 };
        // The tables' places are words; behind them come the flags, and sizes and counts of two bytes.
        let places = 24 + word as u64;
        let rest = places + 2 * word as u64;
        let table = |index: u64| {
            let counts = rest + 6 + 4 * index;
            Some(Table {
                offset: numbers.number(places + index * word as u64, word)?,
                entry: numbers.short(counts)?,
                count: numbers.short(counts + 2)?,
            })
        };
        Some(Header {
            numbers,
            is_64,
            kind: numbers.short(16)?,
            machine: numbers.short(18)?,
            flags: numbers.word(rest)?,
            segments: table(0)?,
            sections: table(1)?,
        })
    }

    /// How many bytes an address has.
    pub(super) fn word(&self) -> usize {
        if self.is_64 { 8 } else { 4 }
    }

    /// How many bytes a symbol has.
    pub(super) fn symbol_size(&self) -> u64 {
        if self.is_64 { 24 } else { 16 }
    }

    /// Refuses more headers of segments than Linux reads of a program: each entry of the tables is compared with all of them.
    pub(super) fn check_count(&self) -> Result<(), LoadFault> {
        let is_read = self.segments.len() <= MOST_OF_SEGMENTS;
        is_read.then_some(()).ok_or_else(|| malformed("its program headers have more than 64 KiB"))
    }

    /// The headers of all segments.
    pub(super) fn parts(&self) -> Result<Vec<Part>, LoadFault> {
        let Table { offset, entry, count } = self.segments;
        if offset == 0 || count == 0 {
            return Ok(Vec::new());
        }
        let size = if self.is_64 { 56 } else { 32 };
        if entry != size {
            return Err(malformed("Invalid ELF program header entry size"));
        }
        let parts = (0..u64::from(count)).map(|index| self.part(offset + index * u64::from(size)));
        // The system's loader reads them where they lie.
        let is_aligned = offset.is_multiple_of(self.word() as u64);
        let parts = if is_aligned { parts.collect() } else { None };
        parts.ok_or_else(|| malformed("Invalid ELF program header size or alignment"))
    }

    fn part(&self, at: u64) -> Option<Part> {
        let word = self.word();
        let number = |index: u64| self.numbers.number(at + index * word as u64, word);
        // With 64 bits the flags stand behind the kind, with 32 before the alignment, each in the place of a word.
        let (flags, alignment) = if self.is_64 { (4, 6) } else { (24, 7) };
        Some(Part {
            kind: self.numbers.word(at)?,
            flags: self.numbers.word(at + flags)?,
            offset: number(1)?,
            address: number(2)?,
            in_file: number(4)?,
            in_memory: number(5)?,
            alignment: number(alignment)?,
        })
    }

    /// Tags and values of a dynamic section; `None` if the part is none, or its entries are not in the file.
    pub(super) fn dynamic_entries(&self, part: &Part) -> Option<Vec<(u64, u64)>> {
        let word = self.word();
        let size = 2 * word as u64;
        let is_whole = part.in_file.is_multiple_of(size) && part.offset.is_multiple_of(word as u64);
        if part.kind != PT_DYNAMIC || !is_whole {
            return None;
        }
        self.numbers.bytes(part.offset, part.in_file)?;
        let number = |at: u64| self.numbers.number(at, word);
        let entry = |index: u64| {
            let at = part.offset + index * size;
            Some((number(at)?, number(at + word as u64)?))
        };
        (0..part.in_file / size).map(entry).collect()
    }
}
