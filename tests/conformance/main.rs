//! Every check over every module, every broken module under its checks, and every tool over both.
//!
//! It lists its tests itself: one for each cell of a table. The name of each begins with the module that it is of.

mod broken;
mod languages;
mod matrix;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod sanitizers;
mod skips;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod soak;
#[cfg(all(target_os = "linux", target_arch = "x86_64"))]
mod trial;

use libtest_mimic::Arguments;

fn main() {
    rp_host::worker::serve_if_asked();
    rp_conformance::serve_if_asked();
    let mut trials = broken::trials();
    trials.extend(languages::trials());
    trials.extend(matrix::trials());
    trials.extend(skips::trials());
    #[cfg(all(target_os = "linux", target_arch = "x86_64"))]
    trials.extend(sanitizers::trials());
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    trials.extend(soak::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
