#!/bin/sh
# prove.sh FOLDER SCRATCH: a crate whose build script compiles a module with DEP_RP_INCLUDE.
set -eu
. "$ROOT/packaging/lib.sh"
mkdir -p "$2/hello/src"
cp "$ROOT/packaging/hello.c" "$2/hello"
cd "$2/hello"
cat >Cargo.toml <<END
[package]
name = "hello"
version = "0.1.0"
edition = "2024"
[build-dependencies]
cc = "1"
[workspace]
END
cat >build.rs <<'END'
fn main() {
    let include = std::env::var("DEP_RP_INCLUDE").expect("rp-headers is a dependency");
    let (cc, out) = (cc::Build::new().get_compiler(), std::env::var("OUT_DIR").unwrap() + "/libhello.so");
    let arguments = ["-shared", "-fPIC", "-fvisibility=hidden", "-I", &include, "hello.c", "-o", &out];
    assert!(cc.to_command().args(arguments).status().unwrap().success());
    println!("cargo::rustc-env=HELLO={out}");
}
END
echo 'fn main() { println!("{}", env!("HELLO")) }' >src/main.rs
# The version of cc that the repository is built with is there already.
cp "$ROOT/Cargo.lock" .
export CARGO_NET_OFFLINE=true
as_on_the_page crate "$1"
clean cargo build --quiet --target-dir "$2/target"
check "$("$2/target/debug/hello")"
