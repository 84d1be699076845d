//! What the tests with hostile modules share: building them, a host that watches over them, and texts for snapshots.
#![allow(dead_code, reason = "each test uses its part")]

pub mod script;
pub mod wasm;

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};

use rp_host::{Error, Host, Instance, Message, Reply, library_file_name};

/// A C source of tests/hostile, and how it is built.
#[derive(Clone, Debug, Hash)]
pub struct Source {
    file: &'static str,
    flags: Vec<String>,
}

impl Source {
    pub fn new(file: &'static str) -> Self {
        Source { file, flags: Vec::new() }
    }

    pub fn flag(mut self, flag: impl Into<String>) -> Self {
        self.flags.push(flag.into());
        self
    }

    pub fn define(self, macro_: &str) -> Self {
        self.flag(format!("-D{macro_}"))
    }

    /// Defines a macro as a C string.
    pub fn define_text(self, macro_: &str, text: &str) -> Self {
        let text = text.replace('\\', "\\\\").replace('"', "\\\"");
        self.flag(format!("-D{macro_}=\"{text}\""))
    }

    /// The library, built once for each content of the sources and each set of flags.
    pub fn library(&self) -> PathBuf {
        let out = hostile_dir().join(format!("{}-{:016x}.so", self.file, self.hash()));
        if !out.is_file() {
            self.compile(&out, &["-shared", "-fPIC"]);
        }
        out
    }

    /// The same as a program.
    pub fn program(&self, how: &[&str]) -> PathBuf {
        let out = hostile_dir().join(format!("{}-{:016x}{}", self.file, self.hash(), how.join("")));
        if !out.is_file() {
            self.compile(&out, how);
        }
        out
    }

    fn hash(&self) -> u64 {
        let hash = BuildHasherDefault::<DefaultHasher>::default();
        let read = |path: PathBuf| std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        hash.hash_one((self, read(self.path()), headers().into_iter().map(read).collect::<Vec<_>>()))
    }

    fn path(&self) -> PathBuf {
        root().join("tests/hostile").join(self.file).with_extension("c")
    }

    /// Compiled under a name of its own and renamed: other test processes may do the same at the same time.
    fn compile(&self, out: &Path, how: &[&str]) {
        let fresh = out.with_extension(format!("{}.new", std::process::id()));
        let mut cc = Command::new(std::env::var_os("CC").unwrap_or_else(|| "cc".into()));
        cc.args(["-std=gnu99", "-O1", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-I"]);
        cc.arg(root().join("include")).args(how).arg(self.path()).arg("-o").arg(&fresh).args(&self.flags);
        let output = cc.output().unwrap_or_else(|error| panic!("{cc:?}: {error}; is there a C compiler?"));
        assert!(output.status.success(), "{cc:?}: {}", String::from_utf8_lossy(&output.stderr));
        std::fs::rename(&fresh, out).unwrap();
    }
}

/// Builds what a table of cases needs, several at a time.
pub fn build_all(sources: &[Source]) {
    let next = AtomicUsize::new(0);
    let workers = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(|| {
                while let Some(source) = sources.get(next.fetch_add(1, Ordering::Relaxed)) {
                    source.library();
                }
            });
        }
    });
}

pub fn root() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
}

/// The headers that it may include.
fn headers() -> Vec<PathBuf> {
    let folders = ["include", "include/rp_sdk"].map(|folder| root().join(folder));
    let list =
        |folder: &PathBuf| std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let files = folders.iter().flat_map(list).map(|entry| entry.expect("the folder is read").path());
    let mut files: Vec<PathBuf> = files.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

fn hostile_dir() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// The library of a module or fixture that cargo or the build script made.
pub fn built(name: &str) -> PathBuf {
    let path = std::env::current_exe().unwrap().parent().unwrap().join(library_file_name(name));
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// Every test-minimal, in every language.
pub fn test_minimals() -> Vec<&'static str> {
    let names = [env!("RP_MODULES_RUST"), env!("RP_MODULES_C")];
    let names = names.into_iter().flat_map(|names| names.split(','));
    let names: Vec<_> = names.filter(|name| name.starts_with("test-minimal")).collect();
    assert!(names.len() >= 3, "Rust, C and plain at least: {names:?}");
    names
}

/// A temporary folder of a test; its path as text.
pub fn temporary() -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().to_str().unwrap().to_owned();
    (dir, path)
}

/// Waits for a file that another thread or process makes.
pub fn await_file(path: impl AsRef<Path>) {
    let path = path.as_ref();
    await_that(|| path.exists(), &format!("{} was not made", path.display()));
}

/// Waits until something holds.
pub fn await_that(holds: impl Fn() -> bool, otherwise: &str) {
    let started = std::time::Instant::now();
    while !holds() {
        assert!(started.elapsed().as_secs() < 20, "{otherwise}");
        std::thread::sleep(std::time::Duration::from_millis(1));
    }
}

/// A good instance that lives through what is done to its host, and counts.
pub struct Witness {
    host: Host,
    instance: Instance,
    pings: u64,
}

impl Witness {
    pub fn new(host: &Host) -> Self {
        let instance = host.load(built("test-minimal")).unwrap();
        Witness { host: host.clone(), instance, pings: 1 }
    }

    /// The host is alive and nothing was lost: the instance's state is what it was, and no other instance stayed.
    pub fn check(&mut self, about: &str) {
        self.pings += 1;
        let pong: serde_json::Value = self.instance.command("ping", &serde_json::json!({})).unwrap();
        assert_eq!(pong, serde_json::json!({"reply": "pong", "messages": self.pings}), "{about}");
        let names: Vec<_> = self.host.instances().iter().map(|one| one.name().to_owned()).collect();
        assert_eq!(names, ["test-minimal"], "{about}: what failed to load left something behind");
    }
}

/// All that an error says.
pub fn told(error: &Error) -> String {
    let help = error.help().map_or(String::new(), |help| format!("\n  help: {help}"));
    format!("{}\n  {error}\n  fault: {:?}{help}", error.code(), error.fault())
}

/// What a call brought, as text.
pub fn outcome(instance: &Instance, message: &Message<'_>) -> String {
    let mut reply = Reply::new();
    match instance.call(message, &mut reply).map(|_| ()) {
        Ok(()) => String::from_utf8_lossy(reply.as_bytes()).into_owned(),
        Err(error) => told(&error),
    }
}

/// A snapshot's text: one paragraph for each case.
#[derive(Default)]
pub struct Account(String);

impl Account {
    pub fn add(&mut self, case: &str, text: &str) {
        // Shown when the test fails, also where a case ends the process.
        eprintln!("done: {case}");
        self.0.push_str(&format!("## {case}\n{}\n\n", text.replace('\0', "\\0")));
    }

    /// The text without the paths of this machine.
    pub fn redacted(&self, paths: &[(&str, &str)]) -> String {
        paths.iter().fold(self.0.clone(), |text, (path, name)| text.replace(path, name))
    }
}
