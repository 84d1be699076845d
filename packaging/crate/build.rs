//! Tells the build scripts of whoever depends on this crate where the headers are: DEP_RP_INCLUDE.

fn main() {
    let root = std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it");
    println!("cargo::metadata=include={root}/include");
    println!("cargo::rerun-if-changed=include");
}
