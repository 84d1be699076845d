//! Builds modules as WebAssembly, from the same sources and under the same names.
//!
//! What is missing for that is a gap: printed, or with RP_FULL=1 a failure.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How a host's functions get into a guest, for every compiler that links with wasm-ld; stack first, so that running
/// over it traps instead of overwriting data.
const LINK: &str = "-Wl,--export-table,--growable-table,--export-dynamic,--stack-first";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A folder of this test's own beside the other builds.
fn out_dir() -> PathBuf {
    let dir = Path::new(env!("CARGO_TARGET_TMPDIR")).join("wasm");
    std::fs::create_dir_all(&dir).unwrap();
    dir
}

/// A module as WebAssembly; `None` where what it takes is missing, and that may be.
pub fn module(name: &str) -> Option<PathBuf> {
    let built = if root().join("modules-rust").join(name).is_dir() { rust(name) } else { c(name) };
    match built {
        Ok(path) => Some(path),
        Err(Missing(what)) => {
            assert!(std::env::var_os("RP_FULL").is_none(), "{name} as WebAssembly: {what}");
            // Not println!, which the test runner keeps to itself.
            let _ = writeln!(std::io::stderr(), "gap: {name} was not tested as WebAssembly: {what}");
            None
        }
    }
}

/// What is not there, and how to get it.
struct Missing(String);

fn rust(name: &str) -> Result<PathBuf, Missing> {
    const TARGET: &str = "wasm32-unknown-unknown";
    let libraries = Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]).output();
    let libraries = libraries.ok().and_then(|output| String::from_utf8(output.stdout).ok());
    if !libraries.is_some_and(|path| Path::new(path.trim()).is_dir()) {
        return Err(Missing(format!("Rust's {TARGET} is missing: rustup target add {TARGET}")));
    }
    let target_dir = out_dir().join("rust");
    let mut cargo = Command::new(env!("CARGO"));
    // What the outer cargo builds with is meant for this machine.
    for name in ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS", "CARGO_BUILD_TARGET"] {
        cargo.env_remove(name);
    }
    cargo.current_dir(root()).args([
        "build",
        "--quiet",
        "--release",
        "--locked",
        "--target",
        TARGET,
        "-p",
        name,
    ]);
    succeed(cargo.arg("--target-dir").arg(&target_dir));
    Ok(target_dir.join(TARGET).join("release").join(name.replace('-', "_")).with_extension("wasm"))
}

fn c(name: &str) -> Result<PathBuf, Missing> {
    let folder = root().join("modules-c").join(name);
    let entries = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    let has = |path: &PathBuf, extension: &str| path.extension().is_some_and(|found| found == extension);
    let mut sources: Vec<PathBuf> = entries.filter(|path| has(path, "c") || has(path, "cpp")).collect();
    sources.sort();
    let is_cpp = sources.iter().any(|path| has(path, "cpp"));
    let mut flags: Vec<&str> = if is_cpp { vec!["-std=c++17", "-fno-exceptions"] } else { vec!["-std=c99"] };
    if is_cpp {
        sources.push(root().join("cmake/rp-wasm.cpp"));
    }
    // Without RP_MODULE, which defines rp_alloc and rp_free, the host takes room from the allocator of libc.
    if name.ends_with("-plain") {
        flags.push("-Wl,--export=malloc,--export=free");
    }
    compile(name, &sources, &flags, is_cpp)
}

/// Compiled once for each content of sources, headers and flags; under a name of its own and renamed, since other tests
/// may do the same at the same time.
fn compile(name: &str, sources: &[PathBuf], flags: &[&str], is_cpp: bool) -> Result<PathBuf, Missing> {
    let clang = clang(is_cpp)?;
    let out = out_dir().join(format!("{name}-{:016x}.wasm", hash(sources, flags, &clang)));
    if out.is_file() {
        return Ok(out);
    }
    let fresh = out.with_extension(format!("{}.new", std::process::id()));
    let mut command = Command::new(clang);
    command.args([
        "--target=wasm32-wasi",
        "-Os",
        "-mexec-model=reactor",
        LINK,
        "-Wall",
        "-Wextra",
        "-Werror",
    ]);
    command.args(flags).arg("-I").arg(root().join("include")).args(sources).arg("-o").arg(&fresh);
    succeed(&mut command);
    std::fs::rename(&fresh, &out).unwrap();
    Ok(out)
}

fn hash(sources: &[PathBuf], flags: &[&str], clang: &str) -> u64 {
    let read = |path: &PathBuf| std::fs::read(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    let headers = std::fs::read_dir(root().join("include")).unwrap().map(|entry| entry.unwrap().path());
    let mut headers: Vec<PathBuf> = headers.collect();
    headers.sort();
    let contents: Vec<Vec<u8>> = sources.iter().chain(&headers).map(read).collect();
    BuildHasherDefault::<DefaultHasher>::default().hash_one((contents, flags, clang))
}

/// The first clang that compiles for WebAssembly with a C library; RP_WASM_CC and RP_WASM_CXX name another.
fn clang(is_cpp: bool) -> Result<String, Missing> {
    let (variable, stem, header) =
        if is_cpp { ("RP_WASM_CXX", "clang++", "string") } else { ("RP_WASM_CC", "clang", "stdlib.h") };
    if let Ok(named) = std::env::var(variable) {
        return Ok(named);
    }
    let names = ["", "-22", "-21", "-20", "-19", "-18"].map(|version| format!("{stem}{version}"));
    let works = |name: &&String| {
        let probe = out_dir().join(format!("probe-{name}-{}", std::process::id()));
        let language = if is_cpp { "c++" } else { "c" };
        let source = probe.with_extension(language);
        std::fs::write(&source, format!("#include <{header}>\nint probe(void) {{ return 0; }}\n")).unwrap();
        let mut command = Command::new(name);
        command.args(["--target=wasm32-wasi", "-mexec-model=reactor", "-x", language]).arg(&source);
        let output = command.arg("-o").arg(&probe).output();
        let works = output.is_ok_and(|output| output.status.success());
        for path in [&source, &probe] {
            let _ = std::fs::remove_file(path);
        }
        works
    };
    let packages = "clang-19 lld-19 wasi-libc libclang-rt-19-dev-wasm32 libc++-19-dev-wasm32";
    names.iter().find(works).cloned().ok_or_else(|| {
        Missing(format!("no {stem} compiles for wasm32-wasi: apt-get install {packages}, or set {variable}"))
    })
}

fn succeed(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}
