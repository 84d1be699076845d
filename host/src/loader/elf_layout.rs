//! The segments of an ELF library, as its program headers describe them.

use std::ops::RangeInclusive;

use super::elf_names::{
    Kind, PF_MASKOS, PF_MASKPROC, PF_R, PF_W, PF_X, PT_DYNAMIC, PT_GNU_EH_FRAME, PT_GNU_PROPERTY,
    PT_GNU_RELRO, PT_LOAD, PT_NOTE, PT_PHDR, PT_SHLIB, PT_TLS,
};
use crate::error::LoadFault;

/// A program header.
pub(super) struct Part {
    pub(super) kind: u32,
    pub(super) flags: u32,
    pub(super) offset: u64,
    pub(super) address: u64,
    pub(super) in_file: u64,
    pub(super) in_memory: u64,
    pub(super) alignment: u64,
}

/// All program headers, in the order of the file.
pub(super) struct Layout(pub(super) Vec<Part>);

/// Kinds whose content the system's loader, or what unwinds the stack, reads where it is loaded.
const READ_WHERE_LOADED: &[u32] = &[PT_DYNAMIC, PT_TLS, PT_PHDR, PT_NOTE, PT_GNU_EH_FRAME, PT_GNU_PROPERTY];
/// Kinds of which a library has one at most.
const SINGLE: &[u32] = &[PT_DYNAMIC, PT_TLS, PT_PHDR, PT_GNU_EH_FRAME, PT_GNU_PROPERTY, PT_GNU_RELRO];

/// Kinds that have a meaning to systems and processors.
const OF_SYSTEMS: RangeInclusive<u32> = 0x6000_0000..=0x7fff_ffff;

/// Code finds the variables of its thread by a number of 32 bits.
const MOST_OF_A_THREAD: u64 = 1 << 31;

impl Layout {
    /// Refuses what no linker writes. `at` is where the file header says that the program headers are.
    pub(super) fn check(&self, at: u64) -> Result<(), LoadFault> {
        for (index, part) in self.0.iter().enumerate() {
            if let Some(what) = self.fault_of(index, part, at) {
                let kind = Kind(part.kind);
                return Err(LoadFault::Malformed(format!("program header {index} ({kind}) {what}")));
            }
        }
        Ok(())
    }

    /// Where what is loaded ends in the file.
    pub(super) fn end(&self) -> u64 {
        self.loaded().map(|part| part.offset.saturating_add(part.in_file)).max().unwrap_or_default()
    }

    /// That many bytes of the file, which can be read at an address when it is loaded.
    pub(super) fn content<'a>(&self, bytes: &'a [u8], address: u64, len: u64) -> Option<&'a [u8]> {
        let holds = |part: &&Part| part.flags & PF_R != 0 && part.holds(address, len);
        let part = self.loaded().find(holds)?;
        let start = usize::try_from(part.offset + (address - part.address)).ok()?;
        bytes.get(start..)?.get(..usize::try_from(len).ok()?)
    }

    /// Whether there is content at an address, such as code that can only be executed.
    pub(super) fn has_code(&self, address: u64) -> bool {
        self.loaded().any(|part| part.holds(address, 1))
    }

    /// Whether a segment has room for an address.
    pub(super) fn has_room(&self, address: u64) -> bool {
        let offset = |part: &Part| address.checked_sub(part.address);
        self.loaded().any(|part| offset(part).is_some_and(|offset| offset < part.in_memory))
    }

    /// What is loaded.
    pub(super) fn loaded(&self) -> impl Iterator<Item = &Part> {
        self.0.iter().filter(|part| part.kind == PT_LOAD)
    }

    fn fault_of(&self, index: usize, part: &Part, at: u64) -> Option<&'static str> {
        let before = &self.0[..index];
        if !is_known(part.kind) {
            return Some("is of no known kind");
        }
        if SINGLE.contains(&part.kind) && before.iter().any(|other| other.kind == part.kind) {
            return Some("is the second of its kind");
        }
        if part.kind == PT_PHDR && part.offset != at {
            return Some("is not where the program headers are");
        }
        if part.kind == PT_LOAD {
            return part.fault_of_size().or_else(|| part.fault_of_load()).or_else(|| overlaps(before, part));
        }
        if part.kind == PT_TLS
            && let Some(what) = part.fault_of_size().or_else(|| part.fault_of_thread())
        {
            return Some(what);
        }
        if part.kind == PT_GNU_RELRO && !self.loaded().any(|segment| segment.protects(part)) {
            return Some("is more than the segment that it protects");
        }
        let is_read = READ_WHERE_LOADED.contains(&part.kind) && part.in_file > 0;
        let is_loaded = || self.loaded().any(|segment| segment.loads(part));
        (is_read && !is_loaded()).then_some("is not part of a segment that is loaded")
    }
}

impl Part {
    fn fault_of_size(&self) -> Option<&'static str> {
        if self.in_file > self.in_memory {
            return Some("is larger in the file than in memory");
        }
        let is_alignment = self.alignment == 0 || self.alignment.is_power_of_two();
        (!is_alignment).then_some("has an alignment that is no power of two")
    }

    fn fault_of_load(&self) -> Option<&'static str> {
        let known = PF_R | PF_W | PF_X | PF_MASKOS | PF_MASKPROC;
        let alignment = self.alignment.max(1);
        if self.flags & !known != 0 {
            Some("has unknown flags")
        } else if self.in_file < self.in_memory && self.flags & PF_W == 0 {
            Some("has room that nothing can write to")
        } else if self.address.checked_add(self.in_memory).is_none() {
            Some("reaches past the last address")
        } else if self.address % alignment != self.offset % alignment {
            Some("is not aligned as it says")
        } else {
            None
        }
    }

    fn fault_of_thread(&self) -> Option<&'static str> {
        let is_too_much = self.in_memory.max(self.alignment) > MOST_OF_A_THREAD;
        is_too_much.then_some("is more than a thread can have")
    }

    /// How far the loader moves it.
    fn moves(&self) -> u64 {
        self.address.wrapping_sub(self.offset)
    }

    /// Whether bytes of the file are loaded at an address.
    fn holds(&self, address: u64, len: u64) -> bool {
        let offset = address.checked_sub(self.address);
        offset.and_then(|offset| offset.checked_add(len)).is_some_and(|end| end <= self.in_file)
    }

    /// Whether what becomes read-only is in it. Linkers let that end where the page does.
    fn protects(&self, part: &Part) -> bool {
        let is_here = self.flags & PF_W != 0 && self.moves() == part.moves();
        let end = |part: &Part| part.address.saturating_add(part.in_memory);
        let last = end(self).checked_next_multiple_of(self.alignment.max(1)).unwrap_or(u64::MAX);
        is_here && self.address <= part.address && end(part) <= last
    }

    /// Whether it loads what another part describes, at the address that it says. The dynamic section is written to if it says
    /// that it may be.
    fn loads(&self, part: &Part) -> bool {
        let is_writable = part.kind != PT_DYNAMIC || part.flags & PF_W == 0 || self.flags & PF_W != 0;
        self.holds(part.address, part.in_file) && part.moves() == self.moves() && is_writable
    }
}

/// Segments that are loaded are in order, in memory and in the file, and none begins before the end of another.
fn overlaps(before: &[Part], part: &Part) -> Option<&'static str> {
    let last = before.iter().rfind(|other| other.kind == PT_LOAD)?;
    let is_behind = last.address.saturating_add(last.in_memory) <= part.address;
    let is_behind_in_file = part.in_file == 0 || last.offset.saturating_add(last.in_file) <= part.offset;
    (!is_behind || !is_behind_in_file).then_some("begins before the end of the one that is loaded before it")
}

/// The kinds that the standard gives a meaning, and those of systems and processors, which need not be known here.
fn is_known(kind: u32) -> bool {
    (kind <= PT_TLS && kind != PT_SHLIB) || OF_SYSTEMS.contains(&kind)
}
