//! The numbers of ELF, and the names that texts have for them.

use std::fmt::{self, Display, Formatter};

/// Constants of one kind, and a table of their names.
macro_rules! numbers {
    ($table:ident, $number:ty: $($name:ident = $value:expr,)*) => {
        $(pub(super) const $name: $number = $value;)*
        const $table: &[($number, &str)] = &[$(($name, stringify!($name)),)*];
    };
}

numbers! { KINDS, u32:
    PT_NULL = 0,
    PT_LOAD = 1,
    PT_DYNAMIC = 2,
    PT_INTERP = 3,
    PT_NOTE = 4,
    PT_SHLIB = 5,
    PT_PHDR = 6,
    PT_TLS = 7,
    PT_GNU_EH_FRAME = 0x6474_e550,
    PT_GNU_STACK = 0x6474_e551,
    PT_GNU_RELRO = 0x6474_e552,
    PT_GNU_PROPERTY = 0x6474_e553,
}

numbers! { TAGS, u64:
    DT_NULL = 0,
    DT_NEEDED = 1,
    DT_PLTRELSZ = 2,
    DT_HASH = 4,
    DT_STRTAB = 5,
    DT_SYMTAB = 6,
    DT_RELA = 7,
    DT_RELASZ = 8,
    DT_RELAENT = 9,
    DT_STRSZ = 10,
    DT_SYMENT = 11,
    DT_INIT = 12,
    DT_FINI = 13,
    DT_REL = 17,
    DT_RELSZ = 18,
    DT_RELENT = 19,
    DT_PLTREL = 20,
    DT_JMPREL = 23,
    DT_INIT_ARRAY = 25,
    DT_FINI_ARRAY = 26,
    DT_INIT_ARRAYSZ = 27,
    DT_FINI_ARRAYSZ = 28,
    DT_RELRSZ = 35,
    DT_RELR = 36,
    DT_RELRENT = 37,
    DT_GNU_HASH = 0x6fff_fef5,
    DT_VERSYM = 0x6fff_fff0,
    DT_VERDEF = 0x6fff_fffc,
    DT_VERNEED = 0x6fff_fffe,
}

/// What may be done with the memory of a segment.
pub(super) const PF_X: u32 = 1;
pub(super) const PF_W: u32 = 2;
pub(super) const PF_R: u32 = 4;
/// Bits that have a meaning to systems and processors.
pub(super) const PF_MASKOS: u32 = 0x0ff0_0000;
pub(super) const PF_MASKPROC: u32 = 0xf000_0000;

/// A tag of the dynamic section, by its name.
pub(super) struct Tag(pub(super) u64);

impl Display for Tag {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = TAGS.iter().find(|(tag, _)| *tag == self.0).map(|(_, name)| *name);
        write(f, name, self.0)
    }
}

/// The kind of a program header, by its name.
pub(super) struct Kind(pub(super) u32);

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let name = KINDS.iter().find(|(kind, _)| *kind == self.0).map(|(_, name)| *name);
        write(f, name, self.0.into())
    }
}

/// The name, or else the number.
fn write(f: &mut Formatter<'_>, name: Option<&str>, number: u64) -> fmt::Result {
    match name {
        Some(name) => f.write_str(name),
        None => number.fmt(f),
    }
}
