//! Builds the modules that are loaded and called; the program reads their paths from GROWTH_ECHO, GROWTH_CONCURRENT and
//! GROWTH_HEARD.

use std::path::{Path, PathBuf};
use std::process::Command;

fn main() {
    for path in ["../modules/echo.c", "heard.c", "../../include"] {
        println!("cargo::rerun-if-changed={path}");
    }
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let echo =
        |library, flags, name| build(&out, library, "../modules/echo.c", &[("FLAGS", flags), ("NAME", name)]);
    tell("ECHO", &echo("echo", "0", "\"echo\"").display().to_string());
    tell("CONCURRENT", &echo("concurrent", "RP_CONCURRENT", "\"concurrent\"").display().to_string());
    tell("HEARD", &build(&out, "heard", "heard.c", &[]).display().to_string());
    println!("cargo::rustc-env=BENCH_RUSTC={}", output(&std::env::var("RUSTC").expect("cargo sets it")));
    println!("cargo::rustc-env=BENCH_CC={}", output("cc"));
}

fn tell(name: &str, value: &str) {
    println!("cargo::rustc-env=GROWTH_{name}={value}");
}

fn build(out: &Path, name: &str, source: &str, defines: &[(&str, &str)]) -> PathBuf {
    let mut build = cc::Build::new();
    build.cargo_metadata(false).opt_level(2).debug(false).pic(true).include("../../include");
    // The same source is compiled twice.
    build.flag("-fvisibility=hidden").out_dir(out.join(name));
    for (key, value) in defines {
        build.define(key, *value);
    }
    let objects = build.file(source).compile_intermediates();
    let library = out.join(format!("lib{name}.so"));
    let mut link = build.get_compiler().to_command();
    let status = link.arg("-shared").args(objects).arg("-o").arg(&library).status();
    let status = status.unwrap_or_else(|error| panic!("{link:?}: {error}"));
    assert!(status.success(), "{link:?}: {status}");
    library
}

fn output(program: &str) -> String {
    let output = Command::new(program).arg("--version").output().expect("it compiles this");
    String::from_utf8_lossy(&output.stdout).lines().next().unwrap_or_default().to_owned()
}
