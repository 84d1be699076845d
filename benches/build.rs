//! Builds the benchmark's modules in C, C++ and, where a feature asks for them, for WebAssembly.
//!
//! The harness reads, with env!: BENCH_C_DIR, the folder of what was built; BENCH_CC, the compiler's version;
//! BENCH_DEPS, the folder of the modules in Rust.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    println!("cargo::rerun-if-changed=modules");
    println!("cargo::rerun-if-changed=../include");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    build(&out, "limit", "limit.c", &[]);
    build(&out, "echo_c", "echo.c", &[("FLAGS", "0"), ("NAME", "\"echo-c\"")]);
    build(&out, "echo_concurrent", "echo.c", &[("FLAGS", "RP_CONCURRENT"), ("NAME", "\"echo-concurrent\"")]);
    build(&out, "echo_cpp", "echo.cpp", &[]);
    build(&out, "echo_plain", "echo_plain.c", &[]);
    build(&out, "typed_c", "typed.c", &[]);
    let profile = out.ancestors().nth(3).expect("OUT_DIR is <target>/<profile>/build/<package>/out");
    println!("cargo::rustc-env=BENCH_C_DIR={}", out.display());
    println!("cargo::rustc-env=BENCH_DEPS={}", profile.join("deps").display());
    println!("cargo::rustc-env=BENCH_CC={}", version(compiler(false).get_compiler().to_command()));
    println!(
        "cargo::rustc-env=BENCH_RUSTC={}",
        version(Command::new(std::env::var("RUSTC").expect("cargo sets it")))
    );
}

fn compiler(is_cpp: bool) -> cc::Build {
    let mut build = cc::Build::new();
    build.cargo_metadata(false).cpp(is_cpp).opt_level(2).debug(false).pic(true).include("../include");
    build
        .flag_if_supported(if is_cpp { "-std=c++17" } else { "-std=c99" })
        .flag_if_supported("-fvisibility=hidden");
    build
}

fn build(out: &Path, name: &str, source: &str, defines: &[(&str, &str)]) {
    let is_cpp = source.ends_with(".cpp");
    let mut build = compiler(is_cpp);
    for (key, value) in defines {
        build.define(key, *value);
    }
    // Its own folder: one source makes several libraries.
    let objects =
        build.out_dir(out.join(name)).file(Path::new("modules").join(source)).compile_intermediates();
    let mut link = compiler(is_cpp).get_compiler().to_command();
    link.arg("-shared").args(objects).arg("-o").arg(out.join(format!("lib{name}.so")));
    let status = link.status().unwrap_or_else(|error| panic!("{link:?}: {error}"));
    assert!(status.success(), "{link:?}: {status}");
}

fn version(mut command: Command) -> String {
    let output = command.arg("--version").output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}
