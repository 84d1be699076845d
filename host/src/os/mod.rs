//! What differs between operating systems and the standard library does not cover. Only this file chooses between them; each
//! has the same names.

#![cfg_attr(
    not(all(feature = "sqlite", feature = "wasm-jit", feature = "worker")),
    allow(dead_code, unused_imports, reason = "some of it is for these features alone")
)]

mod abort;
mod confinement;
mod crash_area;
mod file_state;
mod needs;
mod refused;

pub(crate) use abort::abort;
pub use confinement::SystemPart;
pub(crate) use confinement::{Budget, Reach, Unconfined};
pub(crate) use crash_area::{CRASH_AREA, CrashFrame, CrashLibrary, CrashRecord, MOST_FRAMES};
pub(crate) use file_state::FileState;
pub(crate) use needs::Needs;
pub(crate) use refused::Refused;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(any(target_os = "linux", target_os = "android"))]
mod linux;
#[cfg(any(target_os = "linux", target_os = "android"))]
pub(crate) use linux::*;

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod no_shared_memory;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use no_shared_memory::*;

#[cfg(target_vendor = "apple")]
mod apple;
#[cfg(target_vendor = "apple")]
pub(crate) use apple::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows)))]
mod elsewhere;
#[cfg(not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows)))]
pub(crate) use elsewhere::*;

#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod no_crashes;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use no_crashes::*;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
mod no_workers;
#[cfg(not(any(target_os = "linux", target_os = "android")))]
pub(crate) use no_workers::*;

#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod glibc;
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) use glibc::*;

#[cfg(all(target_os = "linux", target_env = "musl"))]
mod musl;
// By name: `stack_low` takes the place of that for any libc.
#[cfg(all(target_os = "linux", target_env = "musl"))]
pub(crate) use musl::{is_other_libc, stack_low};

#[cfg(not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl"))))]
mod any_libc;
#[cfg(not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl"))))]
pub(crate) use any_libc::*;

#[cfg(target_os = "linux")]
mod linux_kernel;
#[cfg(target_os = "linux")]
pub(crate) use linux_kernel::*;

#[cfg(not(target_os = "linux"))]
mod no_linux_kernel;
#[cfg(not(target_os = "linux"))]
pub(crate) use no_linux_kernel::*;

#[cfg(all(feature = "worker", target_os = "linux"))]
mod sandbox;
#[cfg(all(feature = "worker", target_os = "linux"))]
pub(crate) use sandbox::*;

#[cfg(all(feature = "worker", not(target_os = "linux")))]
mod no_sandbox;
#[cfg(all(feature = "worker", not(target_os = "linux")))]
pub(crate) use no_sandbox::*;
