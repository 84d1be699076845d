//! The languages that `rp new` has templates for, and what each is built with.

use std::fmt;

use super::tools::Tool;
use crate::os::CMAKE_NEEDS_MAKE;

/// A way to write a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// C, with a Makefile
    C,
    /// C, with CMake
    CCmake,
    /// C++, with CMake
    Cpp,
    /// Rust, with Cargo
    Rust,
    /// The plain profile in C: five functions and NUL-terminated text
    Plain,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 5] =
        [Language::C, Language::CCmake, Language::Cpp, Language::Rust, Language::Plain];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::CCmake => "c-cmake",
            Language::Cpp => "cpp",
            Language::Rust => "rust",
            Language::Plain => "plain",
        }
    }

    /// What a module in it is built with.
    pub fn tools(self) -> &'static [Tool] {
        match self {
            Language::C | Language::Plain => &[Tool::Cc, Tool::Make],
            Language::CCmake if CMAKE_NEEDS_MAKE => &[Tool::Cc, Tool::Cmake, Tool::Make],
            Language::CCmake => &[Tool::Cc, Tool::Cmake],
            Language::Cpp if CMAKE_NEEDS_MAKE => &[Tool::Cxx, Tool::Cmake, Tool::Make],
            Language::Cpp => &[Tool::Cxx, Tool::Cmake],
            // rustc links with the C compiler.
            Language::Rust => &[Tool::Rustc, Tool::Cargo, Tool::Cc],
        }
    }

    /// What its WebAssembly form is built with beside that.
    pub fn wasm_tools(self) -> &'static [Tool] {
        match self {
            Language::C | Language::CCmake | Language::Plain => &[Tool::WasmCc],
            Language::Cpp => &[Tool::WasmCxx],
            Language::Rust => &[Tool::WasmRust],
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
