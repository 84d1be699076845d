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
    build(&out, "caller", "caller.c", &[]);
    build(&out, "faulty", "faulty.c", &[]);
    build(&out, "faulty_lines", "faulty.c", &[(LINES, "1")]);
    let needs = |feature: &str| std::env::var_os(format!("CARGO_FEATURE_{feature}")).is_some();
    if needs("WASM") || needs("WASM_JIT") {
        build_wasm(&out, "echo_wasm", "echo.c", &["-DFLAGS=0", "-DNAME=\"echo-wasm\""]);
        build_wasm(&out, "bare_echo", "bare_echo.c", &[]);
    }
    if needs("EXTISM") {
        build_wasm(&out, "extism_echo", "extism_echo.c", &[]);
    }
    let profile = out.ancestors().nth(3).expect("OUT_DIR is <target>/<profile>/build/<package>/out");
    println!("cargo::rustc-env=BENCH_C_DIR={}", out.display());
    println!("cargo::rustc-env=BENCH_DEPS={}", profile.join("deps").display());
    println!("cargo::rustc-env=BENCH_CC={}", version(compiler(false).get_compiler().to_command()));
    println!(
        "cargo::rustc-env=BENCH_RUSTC={}",
        version(Command::new(std::env::var("RUSTC").expect("cargo sets it")))
    );
}

/// Beside a definition of it, a module has debug information.
const LINES: &str = "HAS_LINES";

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
        build.debug(*key == LINES);
    }
    // Its own folder: one source makes several libraries.
    let objects =
        build.out_dir(out.join(name)).file(Path::new("modules").join(source)).compile_intermediates();
    let mut link = compiler(is_cpp).get_compiler().to_command();
    link.arg("-shared").args(objects).arg("-o").arg(out.join(format!("lib{name}.so")));
    let status = link.status().unwrap_or_else(|error| panic!("{link:?}: {error}"));
    assert!(status.success(), "{link:?}: {status}");
}

/// The first clang that has a C library for WebAssembly; RP_WASM_CC names another.
fn build_wasm(out: &Path, name: &str, source: &str, flags: &[&str]) {
    println!("cargo::rerun-if-env-changed=RP_WASM_CC");
    const LINK: &str = "-Wl,--export-table,--growable-table,--export-dynamic,--stack-first";
    let named = std::env::var("RP_WASM_CC").ok();
    let known = ["clang-22", "clang-21", "clang-20", "clang-19", "clang-18", "clang"].map(str::to_owned);
    let names = named.map_or(known.to_vec(), |named| vec![named]);
    let path = out.join(name).with_extension("wasm");
    let works = |compiler: &String| {
        let mut command = Command::new(compiler);
        // As cmake/rp-wasm.cmake has it.
        command
            .args([
                "--target=wasm32-wasi",
                "-O2",
                "-mbulk-memory",
                "-mexec-model=reactor",
                "-I../include",
                LINK,
            ])
            .args(flags);
        command.arg(Path::new("modules").join(source)).arg("-o").arg(&path);
        command.status().is_ok_and(|status| status.success())
    };
    assert!(
        names.iter().any(works),
        "{source}: none of {names:?} compiles for wasm32-wasi: install clang, lld, wasi-libc"
    );
}

fn version(mut command: Command) -> String {
    let output = command.arg("--version").output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}
