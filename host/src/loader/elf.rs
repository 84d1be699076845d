//! The headers of an ELF library. The system's loader believes them: it ends the process where one leads out of the file.

use super::elf_header::Header;
use super::elf_layout::{Layout, Part};
use super::elf_names::{PF_R, PF_X, PT_INTERP};
use super::format::Format;
use super::headers::{Headers, Kind, Loaded};
use super::{dynamic, elf_tables, machine};
use crate::error::LoadFault;

/// Reads them, and refuses what does not fit together.
pub(super) fn read(bytes: &[u8]) -> Result<Headers<'_>, LoadFault> {
    let header = Header::parse(bytes)?;
    header.check_count()?;
    check_length(header.segments.end(), bytes)?;
    let layout = Layout(header.parts()?);
    layout.check(header.segments.offset)?;
    check_length(layout.end(), bytes)?;
    check_length(header.sections.end(), bytes)?;
    elf_tables::check(&header, &layout)?;
    Ok(Headers {
        format: Format::Elf,
        machine: machine::of_elf(header.machine, header.is_64, header.flags, header.numbers.is_little),
        kind: kind(header.kind),
        loaded: layout.loaded().map(loaded).collect(),
        end: layout.end(),
        is_program: layout.0.iter().any(|part| part.kind == PT_INTERP),
        is_managed: false,
        dynamic: Box::new(move || dynamic::read(&header, &layout)),
    })
}

/// A truncated library causes a SIGBUS inside dlopen. The section table is at the end, so truncation cuts it first.
fn check_length(needs: u64, bytes: &[u8]) -> Result<(), LoadFault> {
    let len = bytes.len() as u64;
    if needs > len { Err(LoadFault::Truncated { len, needs }) } else { Ok(()) }
}

fn kind(number: u16) -> Kind {
    match number {
        1 => Kind::Object,
        2 => Kind::Program,
        3 => Kind::Library,
        4 => Kind::Other("Core"),
        _ => Kind::Other("Unknown"),
    }
}

fn loaded(part: &Part) -> Loaded {
    Loaded {
        address: part.address,
        in_memory: part.in_memory,
        offset: part.offset,
        in_file: part.in_file,
        is_readable: part.flags & PF_R != 0,
        is_code: part.flags & PF_X != 0,
    }
}
