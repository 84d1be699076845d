//! What a clean build takes.
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

/// What is built: its name in the table, and cargo's arguments.
pub const BUILDS: &[(&str, &[&str])] = &[
    ("rp-host", &["-p", "rp-host"]),
    ("rp-host with Wasmi", &["-p", "rp-host", "--features", "wasm"]),
    ("rp-host with Wasmi and Wasmtime", &["-p", "rp-host", "--features", "wasm-jit"]),
    ("rp-sdk and a module", &["-p", "test-minimal"]),
    ("the whole workspace", &["--workspace"]),
];

/// A clean release build.
pub struct Build {
    pub crates: usize,
    pub cpu_s: f64,
    pub elapsed_s: f64,
}

/// Builds it in a folder of its own.
pub fn measure(arguments: &[&str]) -> Build {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(root).args(["build", "--release", "--locked", "--color", "never"]).args(arguments);
    cargo.arg("--target-dir").arg(folder.path()).stdout(Stdio::null());
    let (before, start) = (children_cpu_s(), Instant::now());
    let output = cargo.output().unwrap_or_else(|error| panic!("cargo: {error}"));
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{log}");
    let crates = log.lines().filter(|line| line.trim_start().starts_with("Compiling ")).count();
    Build { crates, cpu_s: children_cpu_s() - before, elapsed_s: start.elapsed().as_secs_f64() }
}

/// Time that ended children and theirs took of processors, in seconds.
fn children_cpu_s() -> f64 {
    // SAFETY: an rusage of zeros is one, and getrusage writes to nothing else.
    let usage = unsafe {
        let mut usage: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_CHILDREN, &mut usage);
        usage
    };
    let seconds = |time: libc::timeval| time.tv_sec as f64 + time.tv_usec as f64 / 1e6;
    seconds(usage.ru_utime) + seconds(usage.ru_stime)
}
