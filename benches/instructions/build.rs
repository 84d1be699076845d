//! Builds the module whose calls are counted, and a caller in C; the program reads their paths from INSTRUCTIONS_ECHO and
//! INSTRUCTIONS_CALLER.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=../modules/echo.c");
    println!("cargo::rerun-if-changed=../modules/caller.c");
    println!("cargo::rerun-if-changed=../../include");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let echo = build(&out, "echo", &[("FLAGS", "0"), ("NAME", "\"echo-c\"")]);
    println!("cargo::rustc-env=INSTRUCTIONS_ECHO={}", echo.display());
    println!("cargo::rustc-env=INSTRUCTIONS_CALLER={}", build(&out, "caller", &[]).display());
    if std::env::var_os("CARGO_FEATURE_WASM").is_some() {
        println!("cargo::rerun-if-changed=../modules/bare_echo.c");
        println!("cargo::rustc-env=INSTRUCTIONS_WASM={}", build_wasm(&out, "echo").display());
        println!("cargo::rustc-env=INSTRUCTIONS_BARE={}", build_wasm(&out, "bare_echo").display());
    }
    println!("cargo::rustc-env=INSTRUCTIONS_RUSTC={}", rustc_version());
}

/// A library of a source in benches/modules/.
fn build(out: &Path, name: &str, defines: &[(&str, &str)]) -> PathBuf {
    let mut build = cc::Build::new();
    build.cargo_metadata(false).opt_level(2).debug(false).pic(true).include("../../include");
    build.flag("-fvisibility=hidden");
    for (key, value) in defines {
        build.define(key, *value);
    }
    let objects = build.file(format!("../modules/{name}.c")).compile_intermediates();
    let library = out.join(format!("lib{name}_c.so"));
    let mut link = build.get_compiler().to_command();
    let status = link.arg("-shared").args(objects).arg("-o").arg(&library).status();
    let status = status.unwrap_or_else(|error| panic!("{link:?}: {error}"));
    assert!(status.success(), "{link:?}: {status}");
    library
}

/// The same source for WebAssembly, with the flags of cmake/rp-wasm.cmake, by the first clang that can; RP_WASM_CC names another.
fn build_wasm(out: &Path, name: &str) -> PathBuf {
    println!("cargo::rerun-if-env-changed=RP_WASM_CC");
    let file = out.join(name).with_extension("wasm");
    let known = ["clang-22", "clang-21", "clang-20", "clang-19", "clang-18", "clang"].map(str::to_owned);
    let names = std::env::var("RP_WASM_CC").map_or(known.to_vec(), |named| vec![named]);
    let works = |compiler: &String| {
        let mut clang = Command::new(compiler);
        clang.args([
            "--target=wasm32-wasi",
            "-O2",
            "-mbulk-memory",
            "-mexec-model=reactor",
            "-I../../include",
        ]);
        clang.args(["-Wl,--export-table,--growable-table,--export-dynamic,--stack-first"]);
        clang
            .args(["-DFLAGS=0", "-DNAME=\"echo-wasm\""])
            .arg(format!("../modules/{name}.c"))
            .arg("-o")
            .arg(&file);
        clang.status().is_ok_and(|status| status.success())
    };
    assert!(
        names.iter().any(works),
        "none of {names:?} compiles for wasm32-wasi: install clang, lld, wasi-libc"
    );
    file
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").expect("cargo sets it");
    let output = Command::new(rustc).arg("--version").output().expect("it compiles this");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
