//! What crosses the border between host and module: messages, replies, faults, threads.

#[cfg(unix)]
mod answers;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod crash_texts;
#[cfg(target_os = "linux")]
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
