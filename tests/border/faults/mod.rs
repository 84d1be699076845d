//! Modules in processes of their own: whatever one does, at worst its process ends, and everybody is told what happened.

mod census;
mod delivery;
mod embedder;
mod last_call;
mod life;
mod planted;
mod rows;
pub mod table;

use std::path::PathBuf;
use std::time::Duration;

use rp_host::{
    Grants, Host, HostBuilder, IsolatedLimits, Isolation, LoadOptions, Restart, Sandbox, SandboxMode,
};
use support::{Source, alone, built};

/// Runs a test in a process of its own: what it counts or changes there is its own.
pub fn in_a_process(test: impl Fn(), run: impl FnOnce()) {
    const ALONE: &str = "RP_TEST_ALONE";
    if std::env::var_os(ALONE).is_some() {
        return run();
    }
    let output = alone(test, |process| {
        process.env(ALONE, "1");
    });
    print!("{}", String::from_utf8_lossy(&output.stdout));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// What a faulty module is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    C,
    Cpp,
    Rust,
}

impl Language {
    /// Its faulty module, unoptimised: a compiler may leave out what is undefined.
    pub fn library(self) -> PathBuf {
        let source = |file| Source::new(file).flag("-O0").flag("-g").flag("-pthread");
        match self {
            Language::C => source("tests/hostile/faulty.c").library(),
            Language::Cpp => source("tests/hostile/faulty.cpp").library(),
            Language::Rust => built("faulty"),
        }
    }
}

/// A host that finds its workers' program.
pub fn builder() -> HostBuilder {
    Host::builder().worker_program(support::worker_program())
}

/// Limits that faults reach soon.
pub const TIGHT: IsolatedLimits = IsolatedLimits {
    memory: 64 << 20,
    call_time: Duration::from_secs(10),
    total_time: Duration::from_secs(20),
    grace: Duration::from_millis(20),
    threads: 4,
    open_files: 32,
    file: 0,
    log_per_second: 1 << 20,
};

/// Always started again, and soon.
pub const SOON: Restart = Restart {
    attempts: u32::MAX,
    within: Duration::from_secs(60),
    first: Duration::from_millis(1),
    longest: Duration::from_millis(1),
};

/// A faulty module of that name which may call every other one.
pub fn options(instance: &str, mode: SandboxMode) -> LoadOptions {
    let sandbox = Sandbox { mode, ..Sandbox::default() };
    let grants = Grants { call: vec!["*".into()], subscribe: vec!["tick".into()], ..Grants::default() };
    let options = LoadOptions::new().instance(instance).grants(grants).restart(SOON);
    options.isolated(Isolation { limits: TIGHT, sandbox })
}
