//! Sources in C and C++, and how they become libraries and programs.

use std::convert::Infallible;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::once::once;
use crate::{root, target_tmp};

/// Compiled with the sanitizers, linked without their runtimes but for UBSan's: the test brings ASan's.
pub const SANITIZED: &[&str] = &[
    "-g",
    "-fsanitize=address,undefined",
    "-fno-sanitize-recover=all",
    "-fno-omit-frame-pointer",
    "-nodefaultlibs",
];
/// What is linked beside that.
pub const RUNTIMES: &[&str] = &["-Wl,--as-needed", "-lstdc++", "-lubsan", "-lc", "-lgcc", "-lgcc_s"];

/// A source, and how it is built.
#[derive(Clone, Debug, Hash)]
pub struct Source {
    file: &'static str,
    compiler: Option<&'static str>,
    flags: Vec<String>,
}

impl Source {
    /// A source of tests/hostile without its ending, or any by its path in the repository.
    pub fn new(file: &'static str) -> Self {
        Source { file, compiler: None, flags: Vec::new() }
    }

    /// Has it built by that compiler rather than by the machine's usual one.
    pub fn compiler(self, compiler: &'static str) -> Self {
        Source { compiler: Some(compiler), ..self }
    }

    /// Adds an argument of the compiler.
    pub fn flag(mut self, flag: impl Into<String>) -> Self {
        self.flags.push(flag.into());
        self
    }

    /// Defines a macro: `NAME` or `NAME=VALUE`.
    pub fn define(self, macro_: &str) -> Self {
        self.flag(format!("-D{macro_}"))
    }

    /// Defines a macro as a C string.
    pub fn define_text(self, macro_: &str, text: &str) -> Self {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        self.flag(format!("-D{macro_}=\"{text}\""))
    }

    /// The library, built once for each content of the sources and each set of flags; under the sanitizers if the tests are.
    pub fn library(&self) -> PathBuf {
        let how: &[&str] = if cfg!(rp_sanitized) { SANITIZED } else { &[] };
        let libraries: &[&str] = if cfg!(rp_sanitized) { RUNTIMES } else { &[] };
        self.made(self.out(".so"), &[&["-shared", "-fPIC"], how].concat(), libraries)
    }

    /// The same as a program, never under the sanitizers unless `how` says so.
    pub fn program(&self, how: &[&str]) -> PathBuf {
        self.made(self.out(&how.join("")), how, &[])
    }

    fn made(&self, out: PathBuf, how: &[&str], libraries: &[&str]) -> PathBuf {
        let Ok(()) = once(&out, |fresh| {
            self.compile(fresh, how, libraries);
            Ok::<(), Infallible>(())
        });
        out
    }

    fn out(&self, ending: &str) -> PathBuf {
        let dir = target_tmp().join("hostile");
        std::fs::create_dir_all(&dir).unwrap();
        let path = self.path();
        let stem = path.file_stem().expect("a file").to_str().expect("UTF-8");
        dir.join(format!("{stem}-{:016x}{ending}", self.hash()))
    }

    fn hash(&self) -> u64 {
        let hash = BuildHasherDefault::<DefaultHasher>::default();
        let read = |path: PathBuf| std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        let included = headers().into_iter().chain(self.namesakes());
        hash.hash_one((self, read(self.path()), included.map(read).collect::<Vec<_>>()))
    }

    /// Files beside it that differ in their ending alone, which it may include.
    fn namesakes(&self) -> Vec<PathBuf> {
        let endings = ["h", "c"].map(|ending| self.path().with_extension(ending));
        endings.into_iter().filter(|path| path.is_file() && *path != self.path()).collect()
    }

    fn path(&self) -> PathBuf {
        if self.file.contains('/') {
            return root().join(self.file);
        }
        root().join("tests/hostile").join(self.file).with_extension("c")
    }

    fn is_cpp(&self) -> bool {
        self.path().extension().is_some_and(|extension| extension == "cpp")
    }

    fn command(&self) -> Command {
        let (variable, usual) = if self.is_cpp() { ("CXX", "c++") } else { ("CC", "cc") };
        match self.compiler {
            Some(compiler) => Command::new(compiler),
            None => Command::new(std::env::var_os(variable).unwrap_or_else(|| usual.into())),
        }
    }

    fn compile(&self, out: &Path, how: &[&str], libraries: &[&str]) {
        let mut cc = self.command();
        cc.arg(if self.is_cpp() { "-std=gnu++17" } else { "-std=gnu99" });
        cc.args(["-O1", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-I"]);
        cc.arg(root().join("include")).args(how).arg(self.path()).arg("-o").arg(out);
        cc.args(&self.flags).args(libraries);
        let output = cc.output().unwrap_or_else(|error| panic!("{cc:?}: {error}; is there a C compiler?"));
        assert!(output.status.success(), "{cc:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// The headers that a source may include.
pub(crate) fn headers() -> Vec<PathBuf> {
    let folders = ["include", "include/rp_sdk"].map(|folder| root().join(folder));
    let list =
        |folder: &PathBuf| std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let files = folders.iter().flat_map(list).map(|entry| entry.expect("the folder is read").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files
}
