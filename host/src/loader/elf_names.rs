//! The names of what texts say of a file. The crate `object` has them too, with those of all constants of all formats, which take
//! a second to compile.

use std::fmt::{self, Display, Formatter};

use object::elf::{self, DynamicTag, ProgramType};

/// Pairs of constants and their names.
macro_rules! names {
    ($($name:ident)*) => {
        [$((elf::$name, stringify!($name)),)*]
    };
}

const TAGS: &[(DynamicTag, &str)] = &names![
    DT_FINI DT_FINI_ARRAY DT_FINI_ARRAYSZ DT_GNU_HASH DT_HASH DT_INIT DT_INIT_ARRAY DT_INIT_ARRAYSZ DT_JMPREL DT_PLTREL
    DT_PLTRELSZ DT_REL DT_RELA DT_RELAENT DT_RELASZ DT_RELENT DT_RELR DT_RELRENT DT_RELRSZ DT_RELSZ DT_STRSZ DT_STRTAB
    DT_SYMENT DT_SYMTAB DT_VERDEF DT_VERNEED DT_VERSYM
];

const KINDS: &[(ProgramType, &str)] = &names![
    PT_NULL PT_LOAD PT_DYNAMIC PT_INTERP PT_NOTE PT_SHLIB PT_PHDR PT_TLS PT_GNU_EH_FRAME PT_GNU_STACK PT_GNU_RELRO
    PT_GNU_PROPERTY
];

/// A tag of the dynamic section, by its name.
pub(super) struct Tag(pub(super) DynamicTag);

impl Display for Tag {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(f, TAGS, self.0, &self.0.0)
    }
}

/// The kind of a program header, by its name.
pub(super) struct Kind(pub(super) ProgramType);

impl Display for Kind {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write(f, KINDS, self.0, &self.0.0)
    }
}

/// The name, or else the number.
fn write<T: PartialEq>(
    f: &mut Formatter<'_>,
    names: &[(T, &str)],
    of: T,
    number: &dyn Display,
) -> fmt::Result {
    match names.iter().find(|(known, _)| *known == of) {
        Some((_, name)) => f.write_str(name),
        None => number.fmt(f),
    }
}
