//! Builds the module whose calls are counted; the program reads its path from INSTRUCTIONS_ECHO.

use std::path::PathBuf;

fn main() {
    println!("cargo::rerun-if-changed=../modules/echo.c");
    println!("cargo::rerun-if-changed=../../include");
    let out = PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut build = cc::Build::new();
    build.cargo_metadata(false).opt_level(2).debug(false).pic(true).include("../../include");
    build.flag("-fvisibility=hidden").define("FLAGS", "0").define("NAME", "\"echo-c\"");
    let objects = build.file("../modules/echo.c").compile_intermediates();
    let library = out.join("libecho_c.so");
    let mut link = build.get_compiler().to_command();
    let status = link.arg("-shared").args(objects).arg("-o").arg(&library).status();
    let status = status.unwrap_or_else(|error| panic!("{link:?}: {error}"));
    assert!(status.success(), "{link:?}: {status}");
    println!("cargo::rustc-env=INSTRUCTIONS_ECHO={}", library.display());
    println!("cargo::rustc-env=INSTRUCTIONS_RUSTC={}", rustc_version());
}

fn rustc_version() -> String {
    let rustc = std::env::var_os("RUSTC").expect("cargo sets it");
    let output = std::process::Command::new(rustc).arg("--version").output().expect("it compiles this");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
