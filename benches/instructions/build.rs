//! Builds the module whose calls are counted, and a caller in C; the program reads their paths from INSTRUCTIONS_ECHO and
//! INSTRUCTIONS_CALLER.

use std::path::{Path, PathBuf};

fn main() {
    println!("cargo::rerun-if-changed=../modules/echo.c");
    println!("cargo::rerun-if-changed=../modules/caller.c");
    println!("cargo::rerun-if-changed=../../include");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let echo = build(&out, "echo", &[("FLAGS", "0"), ("NAME", "\"echo-c\"")]);
    println!("cargo::rustc-env=INSTRUCTIONS_ECHO={}", echo.display());
    println!("cargo::rustc-env=INSTRUCTIONS_CALLER={}", build(&out, "caller", &[]).display());
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

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").expect("cargo sets it");
    let output = std::process::Command::new(rustc).arg("--version").output().expect("it compiles this");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
