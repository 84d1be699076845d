//! Bugs that were planted in modules in C, C++ and Rust: each tool must see each, and name its line, although the host
//! loads private copies of libraries; of our own modules the tools have nothing to say.
//!
//! ASan's runs are those of a build under the sanitizers: `./dev asan`. The other tools take what everybody builds.

#[cfg(rp_sanitized)]
mod asan;
#[cfg(not(rp_sanitized))]
mod gdb;
mod hosts;
#[cfg(not(rp_sanitized))]
mod msan;
mod planted;
#[cfg(not(rp_sanitized))]
mod shared_host;
#[cfg(not(rp_sanitized))]
mod tsan;
#[cfg(not(rp_sanitized))]
mod valgrind;

use libtest_mimic::Trial;

pub fn trials() -> Vec<Trial> {
    #[cfg(rp_sanitized)]
    return asan::trials();
    #[cfg(not(rp_sanitized))]
    [gdb::trials(), msan::trials(), tsan::trials(), valgrind::trials()].into_iter().flatten().collect()
}
