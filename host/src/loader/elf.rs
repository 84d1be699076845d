//! The headers of an ELF library. The system's loader believes them: it ends the process where one leads out of the file.

use object::Endianness;
use object::elf::PT_INTERP;
use object::read::elf::{FileHeader, ProgramHeader};

use super::elf_layout::{Layout, Part};
use super::elf_tables;
use crate::error::LoadFault;

/// Refuses what does not fit together.
pub(super) fn check<H: FileHeader<Endian = Endianness>>(bytes: &[u8]) -> Result<(), LoadFault> {
    let malformed = |error: object::read::Error| LoadFault::Malformed(error.to_string());
    check_length(size_of::<H>() as u64, bytes)?;
    let header = H::parse(bytes).map_err(malformed)?;
    let endian = header.endian().map_err(malformed)?;
    let table =
        |offset: u64, size: u16, count: u16| offset.saturating_add(u64::from(size) * u64::from(count));
    let (begin, size) = (header.e_phoff(endian).into(), header.e_phentsize(endian));
    check_length(table(begin, size, header.e_phnum(endian)), bytes)?;
    let segments = header.program_headers(endian, bytes).map_err(malformed)?;
    let layout = Layout(segments.iter().map(|segment| part(segment, endian)).collect());
    layout.check(begin)?;
    check_length(layout.end(), bytes)?;
    let (sections, size) = (header.e_shoff(endian).into(), header.e_shentsize(endian));
    check_length(table(sections, size, header.e_shnum(endian)), bytes)?;
    elf_tables::check::<H>(bytes, segments, endian, &layout)
}

/// A truncated library causes a SIGBUS inside dlopen. The section table is at the end, so truncation cuts it first.
fn check_length(needs: u64, bytes: &[u8]) -> Result<(), LoadFault> {
    let len = bytes.len() as u64;
    if needs > len { Err(LoadFault::Truncated { len, needs }) } else { Ok(()) }
}

/// Whether it names a program that interprets it.
pub(super) fn has_interpreter<H: FileHeader<Endian = Endianness>>(header: &H, bytes: &[u8]) -> bool {
    let Ok(endian) = header.endian() else { return false };
    let segments = header.program_headers(endian, bytes).unwrap_or_default();
    segments.iter().any(|segment| segment.p_type(endian) == PT_INTERP)
}

fn part<P: ProgramHeader<Endian = Endianness>>(header: &P, endian: Endianness) -> Part {
    Part {
        kind: header.p_type(endian),
        flags: header.p_flags(endian),
        offset: header.p_offset(endian).into(),
        address: header.p_vaddr(endian).into(),
        in_file: header.p_filesz(endian).into(),
        in_memory: header.p_memsz(endian).into(),
        alignment: header.p_align(endian).into(),
    }
}
