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
mod own_crash;
mod refused;

pub(crate) use abort::abort;
pub use confinement::SystemPart;
pub(crate) use confinement::{Budget, Reach, Unconfined};
pub(crate) use crash_area::{CRASH_AREA, CrashFrame, CrashLibrary, CrashRecord, MOST_FRAMES};
pub(crate) use file_state::FileState;
pub(crate) use needs::Needs;
pub(crate) use own_crash::OwnCrash;
pub(crate) use refused::Refused;

#[cfg(unix)]
mod unix;
#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(all(any(target_os = "linux", target_os = "android"), not(rp_elsewhere)))]
mod linux;
#[cfg(all(any(target_os = "linux", target_os = "android"), not(rp_elsewhere)))]
pub(crate) use linux::*;

#[cfg(target_vendor = "apple")]
mod apple;
#[cfg(target_vendor = "apple")]
pub(crate) use apple::*;

#[cfg(windows)]
mod windows;
#[cfg(windows)]
pub(crate) use windows::*;

#[cfg(any(
    rp_elsewhere,
    not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows))
))]
mod elsewhere;
#[cfg(any(
    rp_elsewhere,
    not(any(target_os = "linux", target_os = "android", target_vendor = "apple", windows))
))]
pub(crate) use elsewhere::*;

#[cfg(all(feature = "isolated", any(target_os = "linux", target_os = "android"), not(rp_elsewhere)))]
mod linux_workers;
#[cfg(all(feature = "isolated", any(target_os = "linux", target_os = "android"), not(rp_elsewhere)))]
pub(crate) use linux_workers::*;

#[cfg(any(not(feature = "isolated"), rp_elsewhere, not(any(target_os = "linux", target_os = "android"))))]
mod no_workers;
#[cfg(any(
    not(feature = "isolated"),
    rp_elsewhere,
    not(any(target_os = "linux", target_os = "android"))
))]
pub(crate) use no_workers::*;

#[cfg(all(target_os = "linux", target_env = "gnu", not(rp_elsewhere)))]
mod glibc;
#[cfg(all(target_os = "linux", target_env = "gnu", not(rp_elsewhere)))]
pub(crate) use glibc::*;

#[cfg(all(target_os = "linux", target_env = "musl", not(rp_elsewhere)))]
mod musl;
// By name: `stack_low` takes the place of that for any libc.
#[cfg(all(target_os = "linux", target_env = "musl", not(rp_elsewhere)))]
pub(crate) use musl::{is_other_libc, stack_low};

#[cfg(any(rp_elsewhere, not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))))]
mod any_libc;
#[cfg(any(rp_elsewhere, not(all(target_os = "linux", any(target_env = "gnu", target_env = "musl")))))]
pub(crate) use any_libc::*;

#[cfg(all(target_os = "linux", not(rp_elsewhere)))]
mod linux_kernel;
#[cfg(all(target_os = "linux", not(rp_elsewhere)))]
pub(crate) use linux_kernel::*;

#[cfg(any(rp_elsewhere, not(target_os = "linux")))]
mod no_linux_kernel;
#[cfg(any(rp_elsewhere, not(target_os = "linux")))]
pub(crate) use no_linux_kernel::*;

#[cfg(all(feature = "worker", target_os = "linux", not(rp_elsewhere)))]
mod sandbox;
#[cfg(all(feature = "worker", target_os = "linux", not(rp_elsewhere)))]
pub(crate) use sandbox::*;

#[cfg(all(feature = "worker", any(rp_elsewhere, not(target_os = "linux"))))]
mod no_sandbox;
#[cfg(all(feature = "worker", any(rp_elsewhere, not(target_os = "linux"))))]
pub(crate) use no_sandbox::*;
