//! The command `rp`: its texts, its files, its streams, its endings.

mod check;
mod cli;
// What it calls is dear to compile under the sanitizers.
#[cfg(not(rp_sanitized))]
mod client;
mod config;
// By the frames of glibc, and the signals of one processor; under the sanitizers a crash is theirs.
#[cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64", not(rp_sanitized)))]
mod crashes;
// It needs tokio, which is dear to compile under the sanitizers.
#[cfg(not(rp_sanitized))]
mod embedding;
#[cfg(unix)]
mod endings;
#[cfg(target_os = "linux")]
mod files;
#[cfg(unix)]
mod interrupt;
mod isolated;
mod metrics;
mod otlp;
#[cfg(unix)]
mod page;
#[cfg(unix)]
mod serve;
#[cfg(unix)]
mod served_page;
mod store;
#[cfg(unix)]
mod streams;
