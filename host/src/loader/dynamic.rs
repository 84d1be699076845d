//! The dynamic section of an ELF library, found as the system's loader finds it: by the program headers. It does not read the
//! section headers, which tools may strip.

use super::elf_header::Header;
use super::elf_layout::Layout;
use super::elf_names::{
    DT_GNU_HASH, DT_HASH, DT_NEEDED, DT_NULL, DT_STRSZ, DT_STRTAB, DT_SYMTAB, PT_DYNAMIC,
};
use super::exports::{Dynamic, Names, Place};
use super::headers::malformed;
use super::numbers::Numbers;
use crate::error::LoadFault;

/// Kinds of symbols: without one, data, and code.
const NOTYPE: u8 = 0;
const OBJECT: u8 = 1;
const FUNC: u8 = 2;

/// Reads it. A file without a dynamic section exports nothing, and a table outside the file has no entries.
pub(super) fn read(header: &Header<'_>, layout: &Layout) -> Result<Dynamic, LoadFault> {
    let Some(part) = layout.0.iter().find(|part| part.kind == PT_DYNAMIC) else {
        return Ok(Dynamic::default());
    };
    let entries = header.dynamic_entries(part);
    let mut entries = entries.ok_or_else(|| malformed("Invalid ELF dynamic segment offset or size"))?;
    let end = entries.iter().position(|(tag, _)| *tag == DT_NULL);
    entries.truncate(end.unwrap_or(entries.len()));
    Tables { header, layout, entries }.read()
}

/// A symbol. What is not read of it is its size.
struct Symbol {
    name: u32,
    value: u64,
    info: u8,
    section: u16,
}

impl Symbol {
    fn kind(&self) -> u8 {
        self.info & 0xf
    }

    fn is_export(&self) -> bool {
        let is_local = self.info >> 4 == 0;
        // In no section, or in one of those that have another meaning.
        let is_defined = (1..0xff00).contains(&self.section);
        !is_local && is_defined && [NOTYPE, OBJECT, FUNC].contains(&self.kind())
    }
}

struct Tables<'a> {
    header: &'a Header<'a>,
    layout: &'a Layout,
    entries: Vec<(u64, u64)>,
}

impl<'a> Tables<'a> {
    /// Fails if a name does not end inside its table, or all together are longer than the file.
    fn read(&self) -> Result<Dynamic, LoadFault> {
        let texts = self.table(DT_STRTAB);
        let len = self.value(DT_STRSZ).unwrap_or_default().min(texts.bytes.len() as u64);
        let texts = Numbers { bytes: &texts.bytes[..len as usize], ..texts };
        let mut names = Names::of(self.header.numbers.bytes);
        let mut found = Dynamic::default();
        let symbols = self.table(DT_SYMTAB);
        for index in 1..self.count(symbols) {
            let Some(symbol) = self.symbol(symbols, index).filter(Symbol::is_export) else { continue };
            let place = Place::Here { address: symbol.value, is_data: symbol.kind() == OBJECT };
            found.export(names.take(texts.text(symbol.name.into()))?, place);
        }
        for (_, name) in self.entries.iter().filter(|(tag, _)| *tag == DT_NEEDED) {
            found.needed.push(names.take(texts.text(*name))?);
        }
        Ok(found)
    }

    /// How many symbols there are. Only the hash table says so.
    fn count(&self, symbols: Numbers<'_>) -> u64 {
        let most = symbols.bytes.len() as u64 / self.header.symbol_size();
        let count = self.gnu_count().or_else(|| self.hash_count()).unwrap_or_default();
        u64::from(count).min(most)
    }

    fn symbol(&self, symbols: Numbers<'_>, index: u64) -> Option<Symbol> {
        let at = index * self.header.symbol_size();
        let (info, section, value) = if self.header.is_64 { (4, 6, 8) } else { (12, 14, 4) };
        Some(Symbol {
            name: symbols.word(at)?,
            value: symbols.number(at + value, self.header.word())?,
            info: *symbols.bytes.get((at + info) as usize)?,
            section: symbols.short(at + section)?,
        })
    }

    /// One more than the last symbol of the last chain.
    fn gnu_count(&self) -> Option<u32> {
        self.value(DT_GNU_HASH)?;
        let table = self.table(DT_GNU_HASH);
        let (buckets, first, blooms) = (table.word(0)?, table.word(4)?, table.word(8)?);
        let begins = 16 + u64::from(blooms) * self.header.word() as u64;
        let chains = begins + 4 * u64::from(buckets);
        let mut last = 0;
        for index in 0..u64::from(buckets) {
            last = last.max(table.word(begins + 4 * index)?);
        }
        // The first chain, of which there is none in an empty table.
        let chain = last.checked_sub(first).filter(|_| first != 0)?;
        let links = u64::from(chain)..;
        let len = links.map_while(|index| table.word(chains + 4 * index)).position(|link| link & 1 != 0)?;
        last.checked_add(u32::try_from(len).ok()?)?.checked_add(1)
    }

    fn hash_count(&self) -> Option<u32> {
        self.table(DT_HASH).word(4)
    }

    /// Of two entries with one tag the system's loader takes the last.
    fn value(&self, tag: u64) -> Option<u64> {
        self.entries.iter().rfind(|(other, _)| *other == tag).map(|(_, value)| *value)
    }

    /// The file from the beginning of a table to the end of its segment.
    fn table(&self, tag: u64) -> Numbers<'a> {
        let numbers = self.header.numbers;
        let from = |address: u64| {
            self.layout.loaded().find_map(|part| {
                let offset = address.checked_sub(part.address)?;
                numbers.bytes(part.offset, part.in_file)?.get(usize::try_from(offset).ok()?..)
            })
        };
        Numbers { bytes: self.value(tag).and_then(from).unwrap_or_default(), ..numbers }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy, PartialEq, Eq, Debug)]
    enum Order {
        Little,
        Big,
    }

    fn read(library: &[u8]) -> Result<Dynamic, LoadFault> {
        let header = Header::parse(library)?;
        let layout = Layout(header.parts()?);
        super::read(&header, &layout)
    }

    /// A library whose symbols all have one name, of that many bytes with its NUL. It is what the system's loader reads of one.
    fn library(symbols: u64, name: u64, byte_order: Order) -> Vec<u8> {
        let (dynamic, hash, table) = (64 + 2 * 56, 64 + 2 * 56 + 5 * 16, 64 + 2 * 56 + 5 * 16 + 8);
        let texts = table + symbols * 24;
        let len = texts + name;
        let is_little = byte_order == Order::Little;
        let mut bytes = b"\x7fELF\x02".to_vec();
        bytes.extend([if is_little { 1 } else { 2 }, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let mut put = |numbers: &[(u64, usize)]| {
            numbers.iter().for_each(|&(number, width)| match byte_order {
                Order::Little => bytes.extend(&number.to_le_bytes()[..width]),
                Order::Big => bytes.extend(&number.to_be_bytes()[8 - width..]),
            });
        };
        put(&[(3, 2), (if is_little { 62 } else { 22 }, 2), (1, 4)]);
        put(&[(0, 8), (64, 8), (0, 8), (0, 4), (64, 2), (56, 2), (2, 2), (0, 6)]);
        put(&[(1, 4), (5, 4), (0, 8), (0, 8), (0, 8), (len, 8), (len, 8), (4096, 8)]);
        put(&[(2, 4), (6, 4), (dynamic, 8), (dynamic, 8), (dynamic, 8), (80, 8), (80, 8), (8, 8)]);
        put(&[(5, 8), (texts, 8), (10, 8), (name, 8), (6, 8), (table, 8), (4, 8), (hash, 8), (0, 8), (0, 8)]);
        put(&[(0, 4), (symbols, 4)]);
        (0..symbols).for_each(|_| put(&[(1, 4), (0x12, 1), (0, 1), (1, 2), (0, 8), (0, 8)]));
        bytes.resize(usize::try_from(len).unwrap() - 1, b'n');
        bytes.push(0);
        bytes
    }

    #[test]
    fn names_are_no_longer_than_their_file() {
        // A file of 1.3 MB, whose names have 10 GB in sum.
        let mut library = library(10_000, 1 << 20, Order::Little);
        assert!(read(&library).is_err());
        // Looking for its end takes as long as the name.
        library.pop();
        library.push(b'n');
        assert!(read(&library).is_err());
    }

    #[test]
    fn a_file_is_read_in_its_own_byte_order() {
        for byte_order in [Order::Little, Order::Big] {
            let library = library(2, 6, byte_order);
            let found = read(&library).unwrap();
            let names: Vec<_> = found.exports.iter().map(|export| export.name.as_str()).collect();
            assert_eq!(names, ["nnnn"], "{byte_order:?}");
        }
    }
}
