//! The loaders: from a file, or an entry that is linked in, to a module whose code is ready to be called.

mod dynamic;
mod elf;
mod elf_header;
mod elf_layout;
mod elf_names;
mod elf_tables;
mod entry;
mod examine;
mod exports;
pub(crate) mod format;
mod headers;
mod image;
pub(crate) mod inspect;
#[cfg(feature = "isolated")]
pub(crate) mod isolated;
pub(crate) mod linked;
pub(crate) mod load;
mod mach_o;
mod mach_o_trie;
mod machine;
pub(crate) mod native;
mod numbers;
mod pe;
mod pe_sections;
mod plain;
pub(crate) mod private_copy;
pub(crate) mod read;
mod recorded;
mod refusal;
mod refusal_number;
pub(crate) mod scan;
mod segments;
mod shown;
mod table;
mod table_module;
mod unresolved;
#[cfg(feature = "wasm")]
mod wasm;
