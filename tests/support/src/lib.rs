//! What several test binaries share; tests/README.md says what is where.

mod alone;
pub mod broken;
pub mod compiler;
#[cfg(unix)]
pub mod harm;
pub mod json_texts;
pub mod minimal;
mod once;
pub mod pe;
pub mod research_log;
pub mod scripted;
pub mod source;
pub mod wasm;

use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use rp_host::{Error, Host, Instance, Message, Reply, library_file_name};

pub use alone::alone;
pub use source::Source;

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

/// The repository.
pub fn root() -> &'static Path {
    static ROOT: LazyLock<PathBuf> = LazyLock::new(|| {
        let above = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2);
        above.expect("this package is tests/support").to_owned()
    });
    &ROOT
}

/// Whether the long forms of tests were asked for, and gaps are failures: RP_FULL=1.
pub fn is_full() -> bool {
    std::env::var_os("RP_FULL").is_some_and(|value| !value.is_empty() && value != "0")
}

/// The folder that the test program itself, and every library that cargo and the build script made, lies in.
pub fn deps() -> PathBuf {
    let program = std::env::current_exe().expect("the path of the test program");
    program.parent().expect("a folder").to_owned()
}

/// What cargo calls CARGO_TARGET_TMPDIR: of all test programs, and kept from one run to the next.
pub fn target_tmp() -> PathBuf {
    let tmp = deps().ancestors().nth(2).expect("<target>/<profile>/deps").join("tmp");
    std::fs::create_dir_all(&tmp).unwrap_or_else(|error| panic!("{}: {error}", tmp.display()));
    tmp
}

/// The names of the folders in `modules-rust`, in order.
pub fn rust_modules() -> Vec<&'static str> {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| folders("modules-rust"));
    NAMES.iter().map(String::as_str).collect()
}

/// The names of the folders in `modules-c`, in order.
pub fn c_modules() -> Vec<&'static str> {
    static NAMES: LazyLock<Vec<String>> = LazyLock::new(|| folders("modules-c"));
    NAMES.iter().map(String::as_str).collect()
}

/// The names of all modules: those in Rust first.
pub fn modules() -> Vec<&'static str> {
    let names = [rust_modules(), c_modules()].concat();
    assert!(names.len() >= 3, "Rust, C and plain at least: {names:?}");
    names
}

fn folders(of: &str) -> Vec<String> {
    let entries = std::fs::read_dir(root().join(of)).unwrap_or_else(|error| panic!("{of}: {error}"));
    let folders =
        entries.map(|entry| entry.expect("the folder is read")).filter(|entry| entry.path().is_dir());
    let mut names: Vec<_> =
        folders.map(|entry| entry.file_name().into_string().expect("a name in UTF-8")).collect();
    names.sort();
    names
}

/// The library of a module or fixture that cargo or the build script made.
pub fn built(name: &str) -> PathBuf {
    let path = deps().join(library_file_name(name));
    assert!(path.is_file(), "{} was not built", path.display());
    path
}

/// The program of the workers of isolated modules: the command, which cargo builds before the tests.
pub fn worker_program() -> PathBuf {
    deps().with_file_name(format!("rp{}", std::env::consts::EXE_SUFFIX))
}

/// Every test-minimal, in every language.
pub fn test_minimals() -> Vec<&'static str> {
    let names: Vec<_> = modules().into_iter().filter(|name| name.starts_with("test-minimal")).collect();
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

/// A good instance that must live through what is done to its host, and that counts its messages.
pub struct Canary {
    host: Host,
    instance: Instance,
    pings: u64,
}

impl Canary {
    /// Loads it and lets it answer once.
    pub fn new(host: &Host) -> Self {
        let instance = host.load(built("test-minimal")).unwrap();
        Canary { host: host.clone(), instance, pings: 1 }
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

/// All that an error says: code, text, whose fault, help.
pub fn full_text(error: &Error) -> String {
    let help = error.help().map_or(String::new(), |help| format!("\n  help: {help}"));
    format!("{}\n  {error}\n  fault: {:?}{help}", error.code(), error.fault())
}

/// What a call brought, as text.
pub fn outcome(instance: &Instance, message: &Message<'_>) -> String {
    let mut reply = Reply::new();
    match instance.call(message, &mut reply).map(|_| ()) {
        Ok(()) => String::from_utf8_lossy(reply.as_bytes()).into_owned(),
        Err(error) => full_text(&error),
    }
}

/// A snapshot's text: one paragraph for each case.
#[derive(Default)]
pub struct Report(String);

impl Report {
    /// Adds what came of a case, and prints its name.
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
