//! What the kernel of Linux gives to isolated modules.

use std::io;
use std::ptr;

use super::confinement::SystemPart;

/// The Landlock that the sandbox needs.
const LANDLOCK: libc::c_long = 3;

/// The parts of the system that isolated modules need.
pub(crate) fn system_parts() -> Vec<SystemPart> {
    let part = |name, purpose, is_for_sandbox, found| SystemPart { name, purpose, is_for_sandbox, found };
    vec![
        part("pidfd", "sees the end of a worker", false, pidfd()),
        part("memfd", "memory that host and worker share", false, memfd()),
        part("Landlock", "keeps a worker from files", true, landlock_abi().map(|abi| format!("ABI {abi}"))),
        part("seccomp", "keeps a worker from system calls", true, seccomp()),
        part("MDWE", "keeps a worker from writing code", true, mdwe()),
    ]
}

/// The version of Landlock, if it is one that the sandbox can use.
pub(crate) fn landlock_abi() -> Result<libc::c_long, String> {
    const VERSION: libc::c_uint = 1;
    // SAFETY: landlock_create_ruleset(2) with this flag takes no attributes, and makes nothing.
    match unsafe { libc::syscall(libc::SYS_landlock_create_ruleset, ptr::null::<u8>(), 0_usize, VERSION) } {
        abi if abi >= LANDLOCK => Ok(abi),
        abi if abi > 0 => {
            Err(format!("Landlock ABI {LANDLOCK} (this kernel has {abi}): use Linux 6.2 or newer"))
        }
        _ => Err(match io::Error::last_os_error().raw_os_error() {
            Some(libc::EOPNOTSUPP) => {
                "Landlock: it is switched off, add it to lsm= on the kernel's command line".into()
            }
            _ => format!("Landlock ABI {LANDLOCK}: use Linux 6.2 or newer, with CONFIG_SECURITY_LANDLOCK"),
        }),
    }
}

fn seccomp() -> Result<String, String> {
    if !["x86_64", "aarch64", "riscv64"].contains(&std::env::consts::ARCH) {
        return Err(format!("seccomp filters for {}: there are none here yet", std::env::consts::ARCH));
    }
    let action: u32 = libc::SECCOMP_RET_TRAP;
    let none: libc::c_uint = 0;
    // SAFETY: seccomp(2) with this operation reads one action and changes nothing.
    match unsafe { libc::syscall(libc::SYS_seccomp, libc::SECCOMP_GET_ACTION_AVAIL, none, &raw const action) }
    {
        0 => Ok("filters".into()),
        _ => {
            Err(format!("seccomp ({}): use a kernel with CONFIG_SECCOMP_FILTER", io::Error::last_os_error()))
        }
    }
}

fn mdwe() -> Result<String, String> {
    let none: libc::c_ulong = 0;
    // SAFETY: this option of prctl(2) takes zeros and changes nothing.
    match unsafe { libc::prctl(libc::PR_GET_MDWE, none, none, none, none) } {
        0.. => Ok("yes".into()),
        _ => Err("PR_SET_MDWE: use Linux 6.3 or newer".into()),
    }
}

fn pidfd() -> Result<String, String> {
    let none: libc::c_uint = 0;
    // SAFETY: getpid(2) always succeeds, and pidfd_open(2) takes two integers.
    let opened = unsafe { libc::syscall(libc::SYS_pidfd_open, libc::getpid(), none) };
    closed(opened, "pidfd_open: use Linux 5.3 or newer")
}

fn memfd() -> Result<String, String> {
    let flags = libc::MFD_CLOEXEC | libc::MFD_ALLOW_SEALING;
    // SAFETY: memfd_create(2) reads a text that ends in NUL.
    let opened = unsafe { libc::memfd_create(c"rp".as_ptr(), flags) };
    closed(opened.into(), "memfd_create: use Linux 3.17 or newer")
}

/// Closes what was opened only to see whether it can be.
fn closed(opened: libc::c_long, help: &str) -> Result<String, String> {
    match i32::try_from(opened) {
        Ok(number @ 0..) => {
            // SAFETY: close(2) of a descriptor that was opened here, and that nobody else knows.
            unsafe { libc::close(number) };
            Ok("yes".into())
        }
        _ => Err(format!("{help} ({})", io::Error::last_os_error())),
    }
}
