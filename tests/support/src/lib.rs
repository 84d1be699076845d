//! What the tests with hostile modules share: building them, a host that watches over them, and texts for snapshots.
#![allow(dead_code, reason = "each test uses its part")]

#[cfg(unix)]
pub mod harm;
pub mod json_texts;
pub mod script;
mod source;
pub mod wasm;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use rp_host::{Error, Host, Instance, Message, Reply, library_file_name};

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

pub fn root() -> PathBuf {
    env!("CARGO_MANIFEST_DIR").into()
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
