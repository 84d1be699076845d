//! What the process may use: limits that it cannot raise again.

use std::io;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::super::confinement::{Budget, Unconfined};

/// The descriptors among which the highest open one is searched; a process that only starts has few.
const FEW: i32 = 256;

/// Bounds memory, the size of files and core dumps. A file that gets too large makes a write fail, and does not end the process.
pub(super) fn bound(budget: &Budget) -> Result<(), Unconfined> {
    let memory = data()?.saturating_add(budget.memory);
    set(Resource::Data, "RLIMIT_DATA", memory)?;
    // SAFETY: signal(2) with SIG_IGN installs no code.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
    set(Resource::Fsize, "RLIMIT_FSIZE", budget.file)?;
    set(Resource::Core, "RLIMIT_CORE", if budget.core { u64::MAX } else { 0 })
}

/// Bounds the files that are open at once.
pub(super) fn bound_files(budget: &Budget) -> Result<(), Unconfined> {
    // SAFETY: fcntl(2) with F_GETFD changes nothing, whatever the number.
    let is_open = |number: &i32| unsafe { libc::fcntl(*number, libc::F_GETFD) } >= 0;
    let next = (0..FEW).rev().find(is_open).map_or(0, |highest| highest.unsigned_abs() + 1);
    set(Resource::Nofile, "RLIMIT_NOFILE", budget.open_files.saturating_add(next.into()))
}

/// Bytes of private memory that this process can write, stacks that grow excluded: what RLIMIT_DATA counts.
fn data() -> Result<u64, Unconfined> {
    let refused = |why: &dyn std::fmt::Display| Unconfined::refused("/proc/self/status", why);
    let status = std::fs::read_to_string("/proc/self/status").map_err(|error| refused(&error))?;
    let kilobytes = status.lines().find_map(|line| line.strip_prefix("VmData:")?.trim().strip_suffix(" kB"));
    let kilobytes: Option<u64> = kilobytes.and_then(|number| number.parse().ok());
    Ok(kilobytes.ok_or_else(|| refused(&"no VmData"))?.saturating_mul(1024))
}

/// Sets both the limit and what it may be raised to; one that is stricter already stays.
fn set(resource: Resource, name: &str, most: u64) -> Result<(), Unconfined> {
    let most = getrlimit(resource).maximum.map_or(most, |maximum| most.min(maximum));
    setrlimit(resource, Rlimit { current: Some(most), maximum: Some(most) })
        .map_err(|error| Unconfined::refused(name, io::Error::from(error)))
}
