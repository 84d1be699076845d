//! What crosses the border between host and module: messages, replies, faults, threads.

#[cfg(unix)]
mod answers;
// Not under the sanitizers: a worker has no environment, so none of their options, and ends without looking for leaks.
#[cfg(all(target_os = "linux", target_env = "gnu", not(rp_sanitized)))]
mod crash_texts;
#[cfg(all(target_os = "linux", not(rp_sanitized)))]
mod faults;
#[cfg(all(target_os = "linux", not(rp_sanitized)))]
mod isolated;
#[cfg(unix)]
mod kill;
#[cfg(target_os = "linux")]
mod load_faults;
mod minimal_ffi_test;
#[cfg(unix)]
mod sends;
#[cfg(unix)]
mod threads;
#[cfg(all(target_os = "linux", not(rp_sanitized)))]
mod workers;
