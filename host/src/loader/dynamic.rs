//! The dynamic section of an ELF library, found as the system's loader finds it: by the program headers. The section headers,
//! which tools may strip, are not looked at.

use object::Endianness;
use object::elf::{
    DT_GNU_HASH, DT_HASH, DT_NEEDED, DT_NULL, DT_STRSZ, DT_STRTAB, DT_SYMTAB, DynamicTag, HashHeader,
    PT_LOAD, STT_FUNC, STT_NOTYPE, STT_OBJECT,
};
use object::pod::{from_bytes, slice_from_bytes};
use object::read::StringTable;
use object::read::elf::{Dyn, FileHeader, GnuHashTable, ProgramHeader, Sym};

use super::image::Export;

/// What a library offers and asks for.
#[derive(Default)]
pub(super) struct Dynamic {
    pub(super) exports: Vec<Export>,
    /// The names of the libraries that it needs.
    pub(super) needed: Vec<String>,
}

/// Reads it; a file without a dynamic section offers nothing. Where a table lies outside the file, so do its entries.
pub(super) fn read<H: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> object::Result<Dynamic> {
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
    Ok(Dynamic::default())
}

struct Tables<'a, H: FileHeader> {
    bytes: &'a [u8],
    endian: Endianness,
    segments: &'a [H::ProgramHeader],
    entries: Vec<&'a H::Dyn>,
}

impl<'a, H: FileHeader<Endian = Endianness>> Tables<'a, H> {
    fn read(&self) -> Dynamic {
        let texts = self.table(DT_STRTAB);
        let len = self.value(DT_STRSZ).unwrap_or_default().min(texts.len() as u64);
        let texts = StringTable::new(texts, 0, len);
        let symbols = self.symbols().iter().skip(1);
        let needed = self.entries.iter().filter(|entry| entry.tag(self.endian) == DT_NEEDED);
        Dynamic {
            exports: symbols.filter_map(|symbol| self.export(symbol, texts)).collect(),
            needed: needed.filter_map(|entry| entry.string(self.endian, texts).ok()).map(text).collect(),
        }
    }

    fn export(&self, symbol: &H::Sym, texts: StringTable<'a>) -> Option<Export> {
        let is_defined = !symbol.is_local() && !symbol.st_shndx(self.endian).is_special();
        let kind = symbol.st_type();
        if !is_defined || ![STT_NOTYPE, STT_OBJECT, STT_FUNC].contains(&kind) {
            return None;
        }
        let name = text(symbol.name(self.endian, texts).ok()?);
        Some(Export { name, address: symbol.st_value(self.endian).into(), is_data: kind == STT_OBJECT })
    }

    /// Every symbol: how many there are follows from the hash table alone.
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

    /// Of two entries the loader takes the last.
    fn value(&self, tag: DynamicTag) -> Option<u64> {
        self.entries
            .iter()
            .rev()
            .find(|entry| entry.tag(self.endian) == tag)
            .map(|entry| entry.val(self.endian))
    }

    /// The file from where a table begins to the end of its segment.
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

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
