//! C and C++ modules as WebAssembly, with clang and wasi-libc, or with zig, which brings both.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::build::{Missing, once_a_run, out_dir, succeed};
use crate::once::once;
use crate::root;

/// How a host's functions get into a guest, for every compiler that links with wasm-ld; stack first, so that running
/// over it traps instead of overwriting data. By name, since --export-dynamic keeps all of libc++ that is visible, and
/// what of it formats floats imports WASI.
pub const LINK: &str = concat!(
    "-Wl,--export-table,--growable-table,--stack-first",
    ",--export-if-defined=rp_module_v1",
    ",--export-if-defined=rp_manifest",
    ",--export-if-defined=rp_alloc",
    ",--export-if-defined=rp_free",
    ",--export-if-defined=create_module",
    ",--export-if-defined=handle_message",
    ",--export-if-defined=free_string",
    ",--export-if-defined=destroy_module",
    ",--export-if-defined=get_module_metadata",
);
/// zig puts the stack first by itself, and knows neither of the two flags.
const LINK_BY_ZIG: &str = "-Wl,--export-table,--growable-table,--export-dynamic";

/// The file of modules-c/NAME, up to date.
pub fn module(name: &str) -> Result<PathBuf, Missing> {
    let entries = std::fs::read_dir(root().join("modules-c").join(name)).unwrap();
    let mut sources: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    sources.retain(|path| has_extension(path, "c") || is_cpp(path));
    sources.sort();
    let mut flags = vec!["-Os", "-Wall", "-Wextra", "-Werror"];
    // Without RP_MODULE, which defines rp_alloc and rp_free, the host takes room from the allocator of libc.
    if name.ends_with("-plain") {
        flags.push("-Wl,--export=malloc,--export=free");
    }
    compile(name, &sources, &flags, LINK)
}

fn has_extension(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}

fn is_cpp(path: &Path) -> bool {
    has_extension(path, "cpp")
}

/// Compiled once for each content of sources, headers and flags.
pub fn compile(name: &str, sources: &[PathBuf], flags: &[&str], link: &str) -> Result<PathBuf, Missing> {
    let language = if sources.iter().any(|path| is_cpp(path)) { Language::Cpp } else { Language::C };
    let content = hash(&language.with_its_own(sources), &[flags, &[link]].concat(), language);
    let out = out_dir().join(format!("{name}-{content:016x}.wasm"));
    once(&out, |fresh| {
        let sources = match language {
            Language::C => sources.to_vec(),
            Language::Cpp => vec![one_of(sources, fresh)],
        };
        compile_to(fresh, &language.with_its_own(&sources), flags, link, language)
    })?;
    Ok(out)
}

fn compile_to(
    out: &Path,
    sources: &[PathBuf],
    flags: &[&str],
    link: &str,
    language: Language,
) -> Result<(), Missing> {
    let mut command = language.compiler()?;
    command.args(["--target=wasm32-wasi", "-mexec-model=reactor", "-fvisibility=hidden"]);
    let is_zig = command.get_args().any(|word| word == "cc" || word == "c++");
    command.arg(if is_zig && link == LINK { LINK_BY_ZIG } else { link });
    command.args(language.flags()).args(flags).arg("-I").arg(root().join("include"));
    succeed(command.args(sources).arg("-o").arg(out));
    Ok(())
}

/// A source beside `out` that includes all of a module in C++, which takes a third of the time. That each compiles by itself is
/// seen where cmake builds them, which are more modules in the long form of the tests.
fn one_of(sources: &[PathBuf], out: &Path) -> PathBuf {
    let text: String = sources.iter().map(|source| format!("#include \"{}\"\n", source.display())).collect();
    let one = out.with_extension("cpp");
    std::fs::write(&one, text).unwrap();
    one
}

fn hash(sources: &[PathBuf], flags: &[&str], language: Language) -> u64 {
    let read = |path: &PathBuf| std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let mut headers = Vec::new();
    add_headers(&root().join("include"), &mut headers);
    // A module may have headers of its own.
    sources.iter().filter_map(|source| source.parent()).for_each(|folder| add_headers(folder, &mut headers));
    headers.sort();
    headers.dedup();
    let contents: Vec<Vec<u8>> = sources.iter().chain(&headers).map(read).collect();
    let compiler = std::env::var_os(language.variable());
    BuildHasherDefault::<DefaultHasher>::default().hash_one((contents, flags, language.flags(), compiler))
}

/// The headers in a folder and in those below it.
fn add_headers(folder: &Path, headers: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in entries.map(|entry| entry.unwrap().path()) {
        if path.is_dir() {
            add_headers(&path, headers);
        } else if has_extension(&path, "h") || has_extension(&path, "hpp") {
            headers.push(path);
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Language {
    C,
    Cpp,
}

impl Language {
    /// What is compiled beside a module.
    fn with_its_own(self, sources: &[PathBuf]) -> Vec<PathBuf> {
        let own = (self == Language::Cpp).then(|| root().join("cmake/rp-wasm.cpp"));
        sources.iter().cloned().chain(own).collect()
    }

    fn flags(self) -> &'static [&'static str] {
        match self {
            Language::C => &["-std=c99"],
            Language::Cpp => &["-std=c++17", "-fno-exceptions"],
        }
    }

    /// Names the compiler, where it is none of those that are looked for.
    fn variable(self) -> &'static str {
        match self {
            Language::C => "RP_WASM_CC",
            Language::Cpp => "RP_WASM_CXX",
        }
    }

    /// The first compiler that makes WebAssembly with a library of this language.
    fn compiler(self) -> Result<Command, Missing> {
        if let Ok(named) = std::env::var(self.variable()) {
            return Ok(command(&named));
        }
        let (clang, zig) = self.names();
        let found = once_a_run(&format!("compiler-{zig}"), || self.first());
        found.map(|words| command(&words)).ok_or_else(|| {
            Missing(format!(
                "no {clang} and no zig compiles for wasm32-wasi: `rp doctor cpp --wasm` names the packages; or pip \
                 install ziglang, or set {}",
                self.variable()
            ))
        })
    }

    /// What clang and zig call their compilers.
    fn names(self) -> (&'static str, &'static str) {
        match self {
            Language::C => ("clang", "cc"),
            Language::Cpp => ("clang++", "c++"),
        }
    }

    fn first(self) -> Option<String> {
        let (clang, zig) = self.names();
        let clangs = ["", "-22", "-21", "-20", "-19", "-18"].map(|version| format!("{clang}{version}"));
        let zigs = [format!("zig {zig}"), format!("python3 -m ziglang {zig}")];
        clangs.into_iter().chain(zigs).find(|words| self.is_made_by(words))
    }

    fn is_made_by(self, words: &str) -> bool {
        let (extension, header) = match self {
            Language::C => ("c", "stdlib.h"),
            Language::Cpp => ("cpp", "string"),
        };
        let name = words.replace([' ', '+'], "_");
        let probe = out_dir().join(format!("probe-{name}-{}", unique()));
        let source = probe.with_extension(extension);
        std::fs::write(&source, format!("#include <{header}>\nint probe(void) {{ return 0; }}\n")).unwrap();
        let mut compiler = command(words);
        compiler.args(["--target=wasm32-wasi", "-mexec-model=reactor"]).arg(&source).arg("-o").arg(&probe);
        let works = compiler.output().is_ok_and(|output| output.status.success());
        for path in [&source, &probe] {
            let _ = std::fs::remove_file(path);
        }
        works
    }
}

/// Part of a name that no other thread or process uses.
fn unique() -> String {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    format!("{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// A program and its first arguments.
fn command(words: &str) -> Command {
    let mut words = words.split_whitespace();
    let mut command = Command::new(words.next().unwrap_or_default());
    command.args(words);
    command
}
