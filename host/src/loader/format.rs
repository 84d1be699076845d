//! The formats that modules' files have.

/// The file format of a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Linux and most other Unix systems.
    Elf,
    /// macOS.
    MachO,
    /// Windows.
    Pe,
    /// WebAssembly, for every machine.
    Wasm,
    /// No module: a recording that answers in its place.
    Recording,
}

impl Format {
    /// `elf`, `mach-o`, `pe`, `wasm` or `recording`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Elf => "elf",
            Format::MachO => "mach-o",
            Format::Pe => "pe",
            Format::Wasm => "wasm",
            Format::Recording => "recording",
        }
    }

    /// The format that this system loads.
    pub(crate) fn of_this_system() -> Self {
        Format::of_libraries_named(std::env::consts::DLL_EXTENSION)
    }

    /// The format of a system whose libraries have names of that ending.
    fn of_libraries_named(extension: &str) -> Self {
        match extension {
            "dll" => Format::Pe,
            "dylib" => Format::MachO,
            _ => Format::Elf,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_is_of_the_systems_format() {
        for (extension, format) in [("so", Format::Elf), ("dylib", Format::MachO), ("dll", Format::Pe)] {
            assert_eq!(Format::of_libraries_named(extension), format);
        }
    }
}
