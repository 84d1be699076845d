//! The tables that the dynamic section of an ELF library names. The system's loader reads them without a look at their bounds.

use super::elf_header::Header;
use super::elf_layout::Layout;
use super::elf_names::{
    DT_FINI, DT_FINI_ARRAY, DT_FINI_ARRAYSZ, DT_GNU_HASH, DT_HASH, DT_INIT, DT_INIT_ARRAY, DT_INIT_ARRAYSZ,
    DT_JMPREL, DT_NULL, DT_PLTREL, DT_PLTRELSZ, DT_REL, DT_RELA, DT_RELAENT, DT_RELASZ, DT_RELENT, DT_RELR,
    DT_RELRENT, DT_RELRSZ, DT_RELSZ, DT_STRSZ, DT_STRTAB, DT_SYMENT, DT_SYMTAB, DT_VERDEF, DT_VERNEED,
    DT_VERSYM, Tag,
};
use crate::error::LoadFault;

/// Tables whose length another entry says in bytes.
const MEASURED: &[(u64, u64)] = &[
    (DT_STRTAB, DT_STRSZ),
    (DT_RELA, DT_RELASZ),
    (DT_REL, DT_RELSZ),
    (DT_RELR, DT_RELRSZ),
    (DT_JMPREL, DT_PLTRELSZ),
    (DT_INIT_ARRAY, DT_INIT_ARRAYSZ),
    (DT_FINI_ARRAY, DT_FINI_ARRAYSZ),
];
/// Tables that say themselves how long they are.
const OTHERS: &[u64] = &[DT_SYMTAB, DT_HASH, DT_GNU_HASH, DT_VERSYM, DT_VERNEED, DT_VERDEF];
const FUNCTIONS: &[u64] = &[DT_INIT, DT_FINI];
/// What no library is without.
const NEEDED: &[u64] = &[DT_STRTAB, DT_SYMTAB];

/// Refuses a dynamic section that does not end, and one whose tables are not in the file where they are loaded.
pub(super) fn check(header: &Header<'_>, layout: &Layout) -> Result<(), LoadFault> {
    for part in &layout.0 {
        // Entries outside of the file are refused with the segment.
        let Some(entries) = header.dynamic_entries(part) else { continue };
        let known: Vec<_> = entries.iter().copied().take_while(|(tag, _)| *tag != DT_NULL).collect();
        let is_ended = known.len() < entries.len();
        let tables = Tables { header, layout, sizes: Sizes::of(header), entries: known };
        let fault = if is_ended { tables.fault() } else { Some("does not end".into()) };
        if let Some(what) = fault {
            return Err(LoadFault::Malformed(format!("its dynamic section {what}")));
        }
    }
    Ok(())
}

/// How many bytes an entry of a table has.
struct Sizes {
    word: usize,
    symbol: usize,
    relocation: usize,
    relocation_with_addend: usize,
}

impl Sizes {
    fn of(header: &Header<'_>) -> Self {
        let word = header.word();
        let symbol = header.symbol_size() as usize;
        Sizes { word, symbol, relocation: 2 * word, relocation_with_addend: 3 * word }
    }
}

/// What a dynamic section says.
struct Tables<'a> {
    header: &'a Header<'a>,
    layout: &'a Layout,
    sizes: Sizes,
    entries: Vec<(u64, u64)>,
}

impl Tables<'_> {
    fn fault(&self) -> Option<String> {
        let missing = NEEDED.iter().find(|tag| self.value(**tag).is_none());
        missing
            .map(|tag| format!("has no {}", Tag(*tag)))
            .or_else(|| MEASURED.iter().find_map(|(tag, size)| self.fault_of_table(*tag, *size)))
            .or_else(|| {
                self.outside(OTHERS, |address| {
                    self.layout.content(self.header.numbers.bytes, address, 4).is_some()
                })
            })
            .or_else(|| self.outside(FUNCTIONS, |address| self.layout.has_code(address)))
            .or_else(|| self.fault_of_sizes())
            .or_else(|| self.fault_of_relocations())
    }

    /// Of two entries with one tag the system's loader takes the last.
    fn value(&self, tag: u64) -> Option<u64> {
        self.entries.iter().rfind(|(other, _)| *other == tag).map(|(_, value)| *value)
    }

    fn fault_of_table(&self, tag: u64, size: u64) -> Option<String> {
        let address = self.value(tag)?;
        let Some(len) = self.value(size) else {
            return Some(format!("has {} without {}", Tag(tag), Tag(size)));
        };
        let is_there = len == 0 || self.layout.content(self.header.numbers.bytes, address, len).is_some();
        (!is_there).then(|| outside(tag))
    }

    fn outside(&self, tags: &[u64], is_there: impl Fn(u64) -> bool) -> Option<String> {
        let is_outside = |tag: &&u64| self.value(**tag).is_some_and(|address| !is_there(address));
        tags.iter().find(is_outside).map(|tag| outside(*tag))
    }

    /// The system's loader ends the process if an entry has another size than the one that it knows.
    fn fault_of_sizes(&self) -> Option<String> {
        let sizes = [
            (DT_SYMENT, self.sizes.symbol),
            (DT_RELAENT, self.sizes.relocation_with_addend),
            (DT_RELENT, self.sizes.relocation),
            (DT_RELRENT, self.sizes.word),
        ];
        let is_other = |tag, size: usize| self.value(tag).is_some_and(|value| value != size as u64);
        let other = sizes.into_iter().find(|(tag, size)| is_other(*tag, *size)).map(|(tag, _)| tag);
        let kinds = [DT_REL, DT_RELA];
        let is_no_kind = self.value(DT_PLTREL).is_some_and(|kind| !kinds.contains(&kind));
        other.or(is_no_kind.then_some(DT_PLTREL)).map(|tag| format!("has a wrong {}", Tag(tag)))
    }

    fn fault_of_relocations(&self) -> Option<String> {
        let Sizes { word, relocation, relocation_with_addend, .. } = self.sizes;
        let is_with_addend = self.value(DT_PLTREL) == Some(DT_RELA);
        let of_calls = if is_with_addend { relocation_with_addend } else { relocation };
        let tables = [
            (DT_RELA, DT_RELASZ, relocation_with_addend),
            (DT_REL, DT_RELSZ, relocation),
            (DT_JMPREL, DT_PLTRELSZ, of_calls),
            (DT_RELR, DT_RELRSZ, word),
        ];
        let is_outside = |(tag, size, entry): &(_, _, usize)| {
            self.addresses(*tag, *size, *entry).any(|address| !self.layout.has_room(address))
        };
        let (tag, ..) = tables.into_iter().find(is_outside)?;
        Some(format!("has an entry in {} that changes what is not loaded", Tag(tag)))
    }

    /// The addresses that a table changes: each entry begins with one. 0 stands in entries without a meaning, and an odd number of
    /// DT_RELR is a set of bits.
    fn addresses(&self, tag: u64, size: u64, entry: usize) -> impl Iterator<Item = u64> {
        let place = self.value(tag).zip(self.value(size));
        let table =
            place.and_then(|(address, len)| self.layout.content(self.header.numbers.bytes, address, len));
        let words = table.unwrap_or_default().chunks_exact(entry).map(|row| self.word(row));
        words.filter(move |word| *word != 0 && (tag != DT_RELR || word % 2 == 0))
    }

    /// As whole numbers rather than byte by byte: a library has up to some hundred thousand entries.
    fn word(&self, row: &[u8]) -> u64 {
        let is_little = self.header.numbers.is_little;
        if let Some(word) = row.first_chunk().filter(|_| self.header.is_64) {
            if is_little { u64::from_le_bytes(*word) } else { u64::from_be_bytes(*word) }
        } else {
            let word = row.first_chunk().copied().unwrap_or_default();
            (if is_little { u32::from_le_bytes(word) } else { u32::from_be_bytes(word) }).into()
        }
    }
}

fn outside(tag: u64) -> String {
    format!("places {} where the file is not loaded", Tag(tag))
}
