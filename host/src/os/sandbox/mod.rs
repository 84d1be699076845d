//! The sandbox of Linux: limits, Landlock for files, seccomp for everything else. Nothing is allowed that is not named here.

// The processors for which seccompiler writes filters.
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
mod calls;
#[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64")))]
#[path = "no_calls.rs"]
mod calls;
#[cfg(any(target_arch = "x86_64", target_arch = "aarch64", target_arch = "riscv64"))]
mod denied;
mod files;
mod limits;
mod process;

use super::confinement::{Budget, Reach, Unconfined};

/// Confines this process for good: to a budget, and, unless it is `None`, to what it may reach.
///
/// Called while the process has one thread: those that are there already would keep all their rights. Descriptors that are open
/// stay so.
///
/// # Errors
/// The part that the system lacks, or a path that cannot be opened. The process may be confined in part then, and has to end.
pub(crate) fn confine(budget: &Budget, reach: Option<&Reach>) -> Result<(), Unconfined> {
    limits::bound(budget)?;
    let Some(reach) = reach else { return limits::bound_files(budget) };
    process::harden(reach, budget.core)?;
    files::restrict(reach)?;
    limits::bound_files(budget)?;
    calls::restrict(!reach.write.is_empty())
}
