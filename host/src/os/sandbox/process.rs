//! What the process gives up as a whole.

use std::io;

use super::super::confinement::{Reach, Unconfined};

/// No rights by exec, no memory that is both writable and executable unless `reach` allows it, and neither core dump nor
/// debugger unless `core`.
pub(super) fn harden(reach: &Reach, core: bool) -> Result<(), Unconfined> {
    set("PR_SET_NO_NEW_PRIVS", libc::PR_SET_NO_NEW_PRIVS, 1)?;
    if !reach.jit {
        set("PR_SET_MDWE (Linux 6.3)", libc::PR_SET_MDWE, libc::PR_MDWE_REFUSE_EXEC_GAIN.into())?;
    }
    set("PR_SET_DUMPABLE", libc::PR_SET_DUMPABLE, core.into())
}

fn set(name: &str, option: libc::c_int, value: libc::c_ulong) -> Result<(), Unconfined> {
    let none: libc::c_ulong = 0;
    // SAFETY: these options of prctl(2) take an integer and zeros, and no pointer.
    match unsafe { libc::prctl(option, value, none, none, none) } {
        0 => Ok(()),
        _ => Err(Unconfined::refused(name, io::Error::last_os_error())),
    }
}
