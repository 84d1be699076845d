//! The tools that modules are built with, each tried out.

use std::hash::{BuildHasher, RandomState};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::os;

/// A tool that modules are built with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    Cc,
    Cxx,
    Make,
    Cmake,
    PkgConfig,
    Rustc,
    Cargo,
    WasmCc,
    WasmCxx,
    WasmRust,
    Nim,
    Python,
    Zig,
    Go,
    Gnat,
    Gprbuild,
    Ocamlopt,
    Ldc,
    Fpc,
    Gfortran,
}

/// The oldest CMake that the project files support.
const CMAKE: (u32, u32) = (3, 16);

/// Tells whether a program can embed Python: its version, or an error.
const PYTHON: &str = "\
import os, sys, sysconfig
if not sysconfig.get_config_var('Py_ENABLE_SHARED'): sys.exit('error: it has no shared library')
if not os.path.exists(sysconfig.get_path('include') + '/Python.h'): sys.exit('error: it has no headers')
print(sys.version.split()[0])";

/// Clang's names, the newest first; the wasm32 parts of a distribution are often those of one version only.
const CLANG_VERSIONS: [&str; 9] = ["", "-22", "-21", "-20", "-19", "-18", "-17", "-16", "-15"];

impl Tool {
    /// All of them.
    pub const ALL: [Tool; 20] = [
        Tool::Cc,
        Tool::Cxx,
        Tool::Make,
        Tool::Cmake,
        Tool::PkgConfig,
        Tool::Rustc,
        Tool::Cargo,
        Tool::WasmCc,
        Tool::WasmCxx,
        Tool::WasmRust,
        Tool::Nim,
        Tool::Python,
        Tool::Zig,
        Tool::Go,
        Tool::Gnat,
        Tool::Gprbuild,
        Tool::Ocamlopt,
        Tool::Ldc,
        Tool::Fpc,
        Tool::Gfortran,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Tool::Cc => "cc",
            Tool::Cxx => "c++",
            Tool::Make => "make",
            Tool::Cmake => "cmake",
            Tool::PkgConfig => "pkg-config",
            Tool::Rustc => "rustc",
            Tool::Cargo => "cargo",
            Tool::WasmCc => "wasm cc",
            Tool::WasmCxx => "wasm c++",
            Tool::WasmRust => "wasm rust",
            Tool::Nim => "nim",
            Tool::Python => "python dev",
            Tool::Zig => "zig",
            Tool::Go => "go",
            Tool::Gnat => "gnatmake",
            Tool::Gprbuild => "gprbuild",
            Tool::Ocamlopt => "ocamlopt",
            Tool::Ldc => "ldc2",
            Tool::Fpc => "fpc",
            Tool::Gfortran => "gfortran",
        }
    }

    /// Tries it: its version, or what is wrong with it.
    pub fn examine(self) -> Result<String, String> {
        match self {
            Tool::Cc => compiler(&named("CC", os::C_COMPILERS), "c", "#include <stdlib.h>\n"),
            Tool::Cxx => compiler(&named("CXX", os::CXX_COMPILERS), "c++", "#include <string>\n"),
            Tool::Make => best(os::MAKES.iter().map(|name| version(name)).collect()),
            Tool::PkgConfig
            | Tool::Cargo
            | Tool::Nim
            | Tool::Gnat
            | Tool::Gprbuild
            | Tool::Ldc
            | Tool::Gfortran => version(self.name()),
            Tool::Python => output("python3", &["-c", PYTHON], "").map(|said| said.trim().to_owned()),
            Tool::Zig | Tool::Go => output(self.name(), &["version"], "").map(|said| said.trim().to_owned()),
            Tool::Ocamlopt => output("ocamlopt", &["-version"], "").map(|said| said.trim().to_owned()),
            Tool::Fpc => output("fpc", &["-iV"], "").map(|said| said.trim().to_owned()),
            Tool::Cmake => at_least("cmake", CMAKE),
            Tool::Rustc => at_least("rustc", rust_version()),
            Tool::WasmCc => {
                wasm_compiler("RP_WASM_CC", "c", "#include <stdlib.h>\nint answer(void) { return 42; }\n")
            }
            Tool::WasmCxx => wasm_compiler(
                "RP_WASM_CXX",
                "c++",
                "#include <string>\nstd::string answer() { return {}; }\n",
            ),
            Tool::WasmRust => wasm_rust(),
        }
    }
}

/// The one that a variable names, or else all of these names.
fn named(variable: &str, otherwise: &[&str]) -> Vec<String> {
    match std::env::var(variable) {
        Ok(name) if !name.is_empty() => vec![name],
        _ => otherwise.iter().map(|name| (*name).to_owned()).collect(),
    }
}

/// The first that works; if none does, what is wrong with the first that is there.
fn best(tried: Vec<Result<String, String>>) -> Result<String, String> {
    let is_there =
        |outcome: &&Result<String, String>| !matches!(outcome, Err(text) if text.starts_with("no "));
    let best = tried.iter().find(|one| one.is_ok()).or(tried.iter().find(is_there)).or(tried.first());
    best.cloned().unwrap_or_else(|| Err("no name".to_owned()))
}

/// The oldest Rust that the SDK compiles with.
fn rust_version() -> (u32, u32) {
    numbers(env!("CARGO_PKG_RUST_VERSION")).unwrap_or_default()
}

/// Runs a program; its standard output, or what it says instead.
fn output(program: &str, arguments: &[&str], input: &str) -> Result<String, String> {
    // A variable such as CC may hold arguments too.
    let mut words = program.split_whitespace();
    let name = words.next().unwrap_or_default();
    let mut command = Command::new(name);
    command.args(words).args(arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => format!("no {name} on the PATH"),
        _ => format!("{name} does not start: {error}"),
    })?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that reads nothing may have ended already.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let said = said.lines().find(|line| line.contains("error")).or(said.lines().next()).unwrap_or_default();
    Err(format!("{name} exists but fails: {}", said.trim()))
}

fn version(program: &str) -> Result<String, String> {
    let said = output(program, &["--version"], "")?;
    Ok(said.lines().next().unwrap_or_default().trim().to_owned())
}

/// The first two numbers of a version, wherever in the text it begins.
fn numbers(text: &str) -> Option<(u32, u32)> {
    let version = text.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    let mut parts = version.split(|c: char| !c.is_ascii_digit());
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

fn at_least(program: &str, wanted: (u32, u32)) -> Result<String, String> {
    let said = version(program)?;
    match numbers(&said) {
        Some(found) if found >= wanted => Ok(said),
        _ => Err(format!("{said}: too old, {}.{} or newer is needed", wanted.0, wanted.1)),
    }
}

/// A compiler that finds the headers of its language. CMake and rustc find that of Visual Studio wherever it is.
fn compiler(names: &[String], language: &str, source: &str) -> Result<String, String> {
    let attempt = |name: &String| {
        if is_of_visual_studio(name) {
            return visual_attempt(name, language, source);
        }
        output(name, &["-x", language, "-fsyntax-only", "-"], source)?;
        version(name)
    };
    let found = best(names.iter().map(attempt).collect());
    found.or_else(|reason| match os::visual_studio() {
        Some(folder) => Ok(format!("Visual Studio in {folder}; on the PATH of its developer prompt")),
        None => Err(reason),
    })
}

/// Whether a compiler takes its options as that of Visual Studio does.
fn is_of_visual_studio(program: &str) -> bool {
    let stem = Path::new(program).file_stem().map(|stem| stem.to_string_lossy().to_ascii_lowercase());
    stem.is_some_and(|stem| ["cl", "clang-cl"].contains(&stem.as_str()))
}

/// It reads files only, and says its version unasked.
fn visual_attempt(program: &str, language: &str, source: &str) -> Result<String, String> {
    let folder = fresh_folder()?;
    let file = folder.join("module.c");
    let option = if language == "c++" { "/TP" } else { "/TC" };
    let tried = std::fs::write(&file, source)
        .map_err(|error| format!("{}: {error}", file.display()))
        .and_then(|()| output(program, &["/nologo", "/Zs", option, &file.display().to_string()], ""));
    // Nothing depends on whether a temporary file stays.
    let _ = std::fs::remove_dir_all(&folder);
    tried?;
    let said = Command::new(program).stdin(Stdio::null()).output();
    let said = said.map_err(|error| format!("{program}: {error}"))?.stderr;
    let said = String::from_utf8_lossy(&said).lines().next().unwrap_or_default().trim().to_owned();
    Ok(if said.is_empty() { program.to_owned() } else { said })
}

/// A clang that compiles and links for WebAssembly, with a C or C++ library.
fn wasm_compiler(variable: &str, language: &str, source: &str) -> Result<String, String> {
    let folder = fresh_folder()?;
    let file = folder.join("module.wasm");
    let clang = if language == "c++" { "clang++" } else { "clang" };
    let mut names = named(variable, &[]);
    if names.is_empty() {
        names = CLANG_VERSIONS.iter().map(|version| format!("{clang}{version}")).collect();
    }
    let tried = names.iter().map(|name| wasm_attempt(name, language, source, &file)).collect();
    // Nothing depends on whether a temporary file stays.
    let _ = std::fs::remove_dir_all(&folder);
    best(tried)
}

/// A new temporary folder: it holds nothing of others, so that it can be deleted.
fn fresh_folder() -> Result<PathBuf, String> {
    let number = RandomState::new().hash_one(std::process::id());
    let folder = std::env::temp_dir().join(format!("rp-doctor-{number:016x}"));
    std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

fn wasm_attempt(program: &str, language: &str, source: &str, file: &Path) -> Result<String, String> {
    let file = file.display().to_string();
    let mut arguments =
        vec!["--target=wasm32-wasi", "-mexec-model=reactor", "-x", language, "-", "-o", &file];
    if language == "c++" {
        arguments.push("-fno-exceptions");
    }
    output(program, &arguments, source)?;
    Ok(format!("{program}: {}", version(program)?))
}

fn wasm_rust() -> Result<String, String> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let folder = output("rustc", &["--print", "target-libdir", "--target", TARGET], "")?;
    if Path::new(folder.trim()).is_dir() {
        return Ok(TARGET.to_owned());
    }
    Err(format!("rustc has no standard library for {TARGET}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_versions() {
        for (text, expected) in [
            ("cmake version 3.25.1", Some((3, 25))),
            ("rustc 1.95.0-nightly (abc 2026-01-01)", Some((1, 95))),
            ("1.89", Some((1, 89))),
            ("none", None),
        ] {
            assert_eq!(numbers(text), expected, "{text}");
        }
    }

    #[test]
    fn what_fails_says_why() {
        assert_eq!(version("no-such-program"), Err("no no-such-program on the PATH".to_owned()));
        assert!(at_least("cargo", (99, 0)).is_err_and(|text| text.contains("too old, 99.0")));
        assert!(rust_version() >= (1, 89));
    }
}
