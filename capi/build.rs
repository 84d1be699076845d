//! Has the library stay mapped once it is loaded: modules and their threads may outlive whoever opened it (rule 7 of rp_host.h).

use std::env;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let is =
        |name: &str, value: &str| env::var(name).is_ok_and(|found| found.split(',').any(|it| it == value));
    // What links ELF knows the flag; elsewhere there is none.
    if is("CARGO_CFG_TARGET_FAMILY", "unix") && !is("CARGO_CFG_TARGET_VENDOR", "apple") {
        println!("cargo::rustc-link-arg-cdylib=-Wl,-z,nodelete");
    }
}
