//! The debug information of a file.

use gimli::{Dwarf, EndianSlice, Error, RunTimeEndian, SectionId};
use object::{Object, ObjectSection};

/// Reads the bytes of the file where they are.
pub(super) type Reader<'a> = EndianSlice<'a, RunTimeEndian>;

/// All of it; empty if there is none.
pub(super) fn debug_information<'a>(file: &object::File<'a>) -> Result<Dwarf<Reader<'a>>, Error> {
    let endian = if file.is_little_endian() { RunTimeEndian::Little } else { RunTimeEndian::Big };
    Dwarf::load(|id| Ok(EndianSlice::new(section(file, id), endian)))
}

/// What is compressed is left out: a hostile file of kilobytes would become gigabytes.
fn section<'a>(file: &object::File<'a>, id: SectionId) -> &'a [u8] {
    let section = file.section_by_name(id.name());
    let data = section.and_then(|section| section.compressed_data().ok());
    data.filter(|data| data.format == object::CompressionFormat::None).map_or(&[], |data| data.data)
}
