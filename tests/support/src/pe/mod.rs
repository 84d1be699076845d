//! Libraries for Windows, made byte by byte: no compiler for that system is needed, and any part of them can be wrong.
//!
//! A module answers every message with a number, which its function `value` returns, or the one of a library that it is linked
//! with. Its code is for x86-64.

mod code;
mod layout;
mod places;

use layout::Data;

/// What Windows calls the machine.
pub const X86_64: u16 = 0x8664;
/// A machine of 32 bits.
pub const X86: u16 = 0x14c;
/// ARM with 64 bits.
pub const ARM64: u16 = 0xaa64;

/// A library for Windows.
#[derive(Clone)]
pub struct Pe {
    machine: u16,
    manifest: Option<String>,
    value: u8,
    starts: bool,
    is_managed: bool,
    exports_value: bool,
    forwards: Vec<(String, String)>,
    imports: Vec<(String, String)>,
    delayed: Vec<(String, String)>,
}

impl Pe {
    /// A library with one function, `value`, that returns a digit.
    pub fn library(value: u8) -> Self {
        Pe {
            machine: X86_64,
            manifest: None,
            value,
            starts: true,
            is_managed: false,
            exports_value: true,
            forwards: Vec::new(),
            imports: Vec::new(),
            delayed: Vec::new(),
        }
    }

    /// A module that answers every message with a digit.
    pub fn module(name: &str, value: u8) -> Self {
        let manifest = format!(r#"{{"name":"{name}","version":"1.0.0","protocol":"1.0"}}"#);
        Pe { manifest: Some(manifest), exports_value: false, ..Self::library(value) }
    }

    /// A library without exports.
    pub fn empty() -> Self {
        Pe { exports_value: false, ..Self::library(0) }
    }

    /// Made for another machine.
    pub fn machine(self, machine: u16) -> Self {
        Pe { machine, ..self }
    }

    /// Its `DllMain` returns FALSE.
    pub fn refuses_to_start(self) -> Self {
        Pe { starts: false, ..self }
    }

    /// Has the header of a .NET assembly.
    pub fn managed(self) -> Self {
        Pe { is_managed: true, ..self }
    }

    /// Is linked with a function of another library. The first such function takes the place of the module's own `value`.
    pub fn imports(mut self, library: &str, function: &str) -> Self {
        self.imports.push((library.into(), function.into()));
        self
    }

    /// Is linked with a function of another library that is loaded when it is first used.
    pub fn delays(mut self, library: &str, function: &str) -> Self {
        self.delayed.push((library.into(), function.into()));
        self
    }

    /// Exports a name for what another library exports: `library.name`.
    pub fn forwards(mut self, name: &str, to: &str) -> Self {
        self.forwards.push((name.into(), to.into()));
        self
    }

    /// The file.
    pub fn bytes(&self) -> Vec<u8> {
        let mut data = Data::default();
        let directories = layout::Directories {
            exports: self.put_exports(&mut data),
            imports: layout::put_imports(&mut data, &self.imports),
            delayed: layout::put_delayed(&mut data, &self.delayed),
            managed: if self.is_managed { data.put(&[0; 72]) } else { 0..0 },
            relocations: 0..0,
        };
        layout::file((self.machine, self.machine != X86), self.text(&data), data, directories)
    }

    fn put_exports(&self, data: &mut Data) -> std::ops::Range<u32> {
        let mut exports = Vec::new();
        if let Some(manifest) = &self.manifest {
            exports.push(("rp_manifest".to_owned(), data.text(manifest)));
            let table = data.table();
            data.table_at = Some(table);
            if !self.forwards.iter().any(|(name, _)| name == "rp_module_v1") {
                exports.push(("rp_module_v1".to_owned(), places::TEXT + places::ENTRY));
            }
        }
        if self.exports_value {
            exports.push(("value".to_owned(), places::TEXT + places::VALUE));
        }
        layout::put_exports(data, exports, &self.forwards)
    }

    fn text(&self, data: &Data) -> Vec<u8> {
        code::Code {
            starts: self.starts,
            value: self.value,
            table: data.table_at.unwrap_or(places::DATA),
            value_pointer: data.value_pointer.unwrap_or(places::DATA),
            answer: data.answer.unwrap_or(places::DATA),
        }
        .bytes()
    }
}
