//! Compiles the C that is fuzzed, with the sanitizers and the counters that the Rust code has.

#[cfg(not(feature = "targets"))]
fn main() {}

#[cfg(feature = "targets")]
fn main() {
    // Without the flags of ./dev fuzz the objects would ask for a runtime that nobody links.
    let flags: &[&str] = if std::env::var_os("CARGO_CFG_SANITIZE").is_some_and(|list| list == "address") {
        &["-fsanitize=address,undefined,fuzzer-no-link", "-fsanitize-trap=undefined"]
    } else {
        &[]
    };
    compile("json", "c/json.c", flags, &[]);
    let module = "../modules-c/test-minimal-c/module.c";
    let names = [("rp_module_v1", "test_minimal_c_v1"), ("rp_manifest", "test_minimal_c_manifest")];
    compile("test_minimal_c", module, flags, &names);
    library("asks", "c/asks.c");
    for watched in ["../include", "../tests/c/c_json/driver.c"] {
        println!("cargo::rerun-if-changed={watched}");
    }
}

/// A module in a file, which is no part of what is fuzzed.
#[cfg(feature = "targets")]
fn library(name: &str, source: &str) {
    let folder = std::path::PathBuf::from(std::env::var_os("OUT_DIR").expect("cargo says where"));
    let file = folder.join(format!("lib{name}.so"));
    let mut clang = std::process::Command::new("clang");
    clang.args(["-std=c99", "-O1", "-shared", "-fPIC", "-fvisibility=hidden", "-I../include", source, "-o"]);
    let status = clang.arg(&file).status().unwrap_or_else(|error| panic!("clang: {error}"));
    assert!(status.success(), "{source}: {status}");
    println!("cargo::rustc-env=RP_FUZZ_{}={}", name.to_uppercase(), file.display());
    println!("cargo::rerun-if-changed={source}");
}

#[cfg(feature = "targets")]
fn compile(name: &str, source: &str, flags: &[&str], names: &[(&str, &str)]) {
    let mut build = cc::Build::new();
    // gcc counts coverage in another way than Rust does.
    build.compiler("clang").std("c99").include("../include").file(source);
    for flag in flags {
        build.flag(flag);
    }
    for (from, to) in names {
        build.define(from, *to);
    }
    build.compile(name);
    println!("cargo::rerun-if-changed={source}");
}
