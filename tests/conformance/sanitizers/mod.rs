//! Bugs that were planted in modules in C, C++ and Rust: each tool must see each, and name its line, although the host
//! loads private copies of libraries; of our own modules the tools have nothing to say.
//!
//! ASan's runs are those of a build under the sanitizers: `./dev asan`. The other tools take what everybody builds.
#![cfg(all(target_os = "linux", target_arch = "x86_64"))]

#[cfg(rp_sanitized)]
#[path = "sanitizers/asan.rs"]
mod asan;
#[cfg(not(rp_sanitized))]
#[path = "sanitizers/gdb.rs"]
mod gdb;
#[cfg(not(rp_sanitized))]
#[path = "sanitizers/msan.rs"]
mod msan;
#[path = "sanitizers/planted.rs"]
mod planted;
#[cfg(not(rp_sanitized))]
#[path = "sanitizers/shared_host.rs"]
mod shared_host;
mod support;
#[cfg(not(rp_sanitized))]
#[path = "sanitizers/tsan.rs"]
mod tsan;
#[cfg(not(rp_sanitized))]
#[path = "sanitizers/valgrind.rs"]
mod valgrind;

/// Whether the long forms were asked for.
#[cfg(not(rp_sanitized))]
fn is_full() -> bool {
    std::env::var_os("RP_FULL").is_some()
}
