//! Loading, unloading and talking again and again: what a host that runs for weeks must not lose.
//!
//! One row for each module and kind of work; each begins after a tenth of the work, when everything that is made once is
//! made. RP_FULL=1 runs the long form. `./dev soak` prints the rows as a table. Only Linux with glibc tells what is held.

#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[path = "soak/rows.rs"]
mod rows;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
#[path = "soak/usage.rs"]
mod usage;

fn main() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    let trials = rows::trials();
    #[cfg(not(all(target_os = "linux", target_env = "gnu")))]
    let trials = Vec::new();
    libtest_mimic::run(&libtest_mimic::Arguments::from_args(), trials).exit();
}
