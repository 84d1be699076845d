//! The dynamic section of an ELF library, found as the system's loader finds it: by the program headers. It does not read the
//! section headers, which tools may strip.

use object::Endianness;
use object::elf::{
    DT_GNU_HASH, DT_HASH, DT_NEEDED, DT_NULL, DT_STRSZ, DT_STRTAB, DT_SYMTAB, DynamicTag, HashHeader,
    PT_LOAD, STT_FUNC, STT_NOTYPE, STT_OBJECT,
};
use object::pod::{from_bytes, slice_from_bytes};
use object::read::StringTable;
use object::read::elf::{Dyn, FileHeader, GnuHashTable, ProgramHeader, Sym};

use super::exports::{Export, Names, Place};

/// What a library exports and needs.
#[derive(Default)]
pub(super) struct Dynamic {
    pub(super) exports: Vec<Export>,
    /// The names of the libraries that are loaded together with it.
    pub(super) needed: Vec<String>,
    /// The names of those that are loaded when they are first used.
    pub(super) needed_later: Vec<String>,
}

/// Reads it. A file without a dynamic section exports nothing, and a table outside the file has no entries.
pub(super) fn read<H: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> object::Result<Option<Dynamic>> {
    let header = H::parse(bytes)?;
    let endian = header.endian()?;
    let segments = header.program_headers(endian, bytes)?;
    for segment in segments {
        if let Some(entries) = segment.dynamic(endian, bytes)? {
            let is_entry = |entry: &&H::Dyn| entry.tag(endian) != DT_NULL;
            let entries = entries.iter().take_while(is_entry).collect();
            return Ok(Tables::<H> { bytes, endian, segments, entries }.read());
        }
    }
    Ok(Some(Dynamic::default()))
}

struct Tables<'a, H: FileHeader> {
    bytes: &'a [u8],
    endian: Endianness,
    segments: &'a [H::ProgramHeader],
    entries: Vec<&'a H::Dyn>,
}

impl<'a, H: FileHeader<Endian = Endianness>> Tables<'a, H> {
    /// `None` if a name does not end inside its table, or all together are longer than the file.
    fn read(&self) -> Option<Dynamic> {
        let texts = self.table(DT_STRTAB);
        let len = self.value(DT_STRSZ).unwrap_or_default().min(texts.len() as u64);
        let texts = StringTable::new(texts, 0, len);
        let mut names = Names::of(self.bytes);
        let mut found = Dynamic::default();
        for symbol in self.symbols().iter().skip(1).filter(|symbol| self.is_export(symbol)) {
            let name = symbol.name(self.endian, texts).ok()?;
            let is_data = symbol.st_type() == STT_OBJECT;
            let place = Place::Here { address: symbol.st_value(self.endian).into(), is_data };
            found.exports.push(Export { name: names.take(name)?, place });
        }
        for entry in self.entries.iter().filter(|entry| entry.tag(self.endian) == DT_NEEDED) {
            let name = entry.string(self.endian, texts).ok()?;
            found.needed.push(names.take(name)?);
        }
        Some(found)
    }

    fn is_export(&self, symbol: &H::Sym) -> bool {
        let is_defined = !symbol.is_local() && !symbol.st_shndx(self.endian).is_special();
        is_defined && [STT_NOTYPE, STT_OBJECT, STT_FUNC].contains(&symbol.st_type())
    }

    /// All symbols. Only the hash table says how many there are.
    fn symbols(&self) -> &'a [H::Sym] {
        let table = self.table(DT_SYMTAB);
        let most = table.len() / size_of::<H::Sym>();
        let count = self.gnu_count().or_else(|| self.hash_count()).unwrap_or_default() as usize;
        slice_from_bytes(table, count.min(most)).map_or(&[], |(symbols, _)| symbols)
    }

    fn gnu_count(&self) -> Option<u32> {
        self.value(DT_GNU_HASH)?;
        let table = GnuHashTable::<H>::parse(self.endian, self.table(DT_GNU_HASH)).ok()?;
        table.symbol_table_length(self.endian)
    }

    fn hash_count(&self) -> Option<u32> {
        let (header, _) = from_bytes::<HashHeader<Endianness>>(self.table(DT_HASH)).ok()?;
        Some(header.chain_count.get(self.endian))
    }

    /// Of two entries with one tag the system's loader takes the last.
    fn value(&self, tag: DynamicTag) -> Option<u64> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.tag(self.endian) == tag)
            .map(|entry| entry.val(self.endian))
    }

    /// The file from the beginning of a table to the end of its segment.
    fn table(&self, tag: DynamicTag) -> &'a [u8] {
        let from = |address: u64| {
            let loaded = self.segments.iter().filter(|segment| segment.p_type(self.endian) == PT_LOAD);
            loaded.into_iter().find_map(|segment| {
                let offset = address.checked_sub(segment.p_vaddr(self.endian).into())?;
                segment.data(self.endian, self.bytes).ok()?.get(usize::try_from(offset).ok()?..)
            })
        };
        self.value(tag).and_then(from).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use object::elf::FileHeader64;

    use super::*;

    /// A library whose symbols all have one name, of that many bytes with its NUL. It is what the system's loader reads of one.
    fn library(symbols: u64, name: u64, byte_order: Endianness) -> Vec<u8> {
        let (dynamic, hash, table) = (64 + 2 * 56, 64 + 2 * 56 + 5 * 16, 64 + 2 * 56 + 5 * 16 + 8);
        let texts = table + symbols * 24;
        let len = texts + name;
        let is_little = byte_order == Endianness::Little;
        let mut bytes = b"\x7fELF\x02".to_vec();
        bytes.extend([if is_little { 1 } else { 2 }, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        let mut put = |numbers: &[(u64, usize)]| {
            numbers.iter().for_each(|&(number, width)| match byte_order {
                Endianness::Little => bytes.extend(&number.to_le_bytes()[..width]),
                Endianness::Big => bytes.extend(&number.to_be_bytes()[8 - width..]),
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
        let mut library = library(10_000, 1 << 20, Endianness::Little);
        assert!(read::<FileHeader64<Endianness>>(&library).unwrap().is_none());
        // Looking for its end takes as long as the name.
        library.pop();
        library.push(b'n');
        assert!(read::<FileHeader64<Endianness>>(&library).unwrap().is_none());
        let mut names = Names::of(b"12345");
        assert_eq!(names.take(b"123").as_deref(), Some("123"));
        assert_eq!(names.take(b"123"), None);
    }

    #[test]
    fn a_file_is_read_in_its_own_byte_order() {
        for byte_order in [Endianness::Little, Endianness::Big] {
            let library = library(2, 6, byte_order);
            let found = read::<FileHeader64<Endianness>>(&library).unwrap().unwrap();
            let names: Vec<_> = found.exports.iter().map(|export| export.name.as_str()).collect();
            assert_eq!(names, ["nnnn"], "{byte_order:?}");
        }
    }
}
