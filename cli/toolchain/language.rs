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
    /// Nim, with nimble
    Nim,
    /// Python, by an interpreter that the module embeds
    Python,
    /// Zig, with its build system
    Zig,
    /// Go, by cgo
    Go,
    /// Ada, with gprbuild
    Ada,
    /// OCaml, with C around it
    Ocaml,
    /// D without its run-time, by LDC
    D,
    /// Free Pascal
    Pascal,
    /// Fortran, by gfortran
    Fortran,
}

impl Language {
    /// All of them.
    pub const ALL: [Language; 14] = [
        Language::C,
        Language::CCmake,
        Language::Cpp,
        Language::Rust,
        Language::Plain,
        Language::Nim,
        Language::Python,
        Language::Zig,
        Language::Go,
        Language::Ada,
        Language::Ocaml,
        Language::D,
        Language::Pascal,
        Language::Fortran,
    ];

    /// Its name on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Language::C => "c",
            Language::CCmake => "c-cmake",
            Language::Cpp => "cpp",
            Language::Rust => "rust",
            Language::Plain => "plain",
            Language::Nim => "nim",
            Language::Python => "python",
            Language::Zig => "zig",
            Language::Go => "go",
            Language::Ada => "ada",
            Language::Ocaml => "ocaml",
            Language::D => "d",
            Language::Pascal => "pascal",
            Language::Fortran => "fortran",
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
            Language::Nim => &[Tool::Nim, Tool::Cc],
            Language::Python => &[Tool::Python, Tool::Cc, Tool::Make],
            Language::Zig => &[Tool::Zig],
            Language::Go => &[Tool::Go, Tool::Cc, Tool::Make],
            Language::Ada => &[Tool::Gnat, Tool::Gprbuild, Tool::Cc],
            Language::Ocaml => &[Tool::Ocamlopt, Tool::Cc, Tool::Make],
            Language::D => &[Tool::Ldc, Tool::Cc, Tool::Make],
            Language::Pascal => &[Tool::Fpc, Tool::Cc, Tool::Make],
            Language::Fortran => &[Tool::Gfortran, Tool::Cc, Tool::Make],
        }
    }

    /// What its WebAssembly form is built with beside that; none where it has no such form.
    pub fn wasm_tools(self) -> Option<&'static [Tool]> {
        match self {
            Language::C | Language::CCmake | Language::Plain => Some(&[Tool::WasmCc]),
            Language::Cpp => Some(&[Tool::WasmCxx]),
            Language::Rust => Some(&[Tool::WasmRust]),
            _ => None,
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
