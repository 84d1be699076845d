//! How a worker and its parent are tied: neither outlives the other, and nothing outlives both.

use std::io::Result;
use std::process::{Child, Command};
#[cfg(target_os = "linux")]
use std::sync::atomic::{AtomicU32, Ordering};

/// Makes the command begin a process group of its own, so that all that it starts can be ended with it.
#[cfg(unix)]
pub(crate) fn lead_a_group(command: &mut Command) {
    std::os::unix::process::CommandExt::process_group(command, 0);
}

/// Whether a child has ended. It is not waited for, so its number and its group's are not reused.
#[cfg(unix)]
pub(crate) fn has_ended(child: &mut Child) -> bool {
    // SAFETY: the all-zero siginfo_t is one; waitid(2) writes into it, and WNOWAIT leaves the child to be waited for.
    unsafe {
        let mut info: libc::siginfo_t = core::mem::zeroed();
        let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
        libc::waitid(libc::P_PID, child.id(), &raw mut info, options) == 0 && info.si_signo != 0
    }
}

/// Ends a child that was not waited for yet, and its group.
#[cfg(unix)]
pub(crate) fn end_group(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        // SAFETY: kill(2) on the group that the child leads; it was not waited for, so the number is its own.
        let _gone = unsafe { libc::kill(-group, libc::SIGKILL) };
    }
}

/// Registers functions that are called around each fork of this process: one before it, one in the child.
///
/// # Safety
/// The functions do only what is async-signal-safe, and the library that they are in is never unmapped.
#[cfg(unix)]
pub(crate) unsafe fn at_fork(
    prepare: Option<unsafe extern "C" fn()>,
    child: Option<unsafe extern "C" fn()>,
) -> Result<()> {
    // On some systems the declaration in `libc` does not take NULL, which in POSIX stands for no handler.
    unsafe extern "C" {
        fn pthread_atfork(
            prepare: Option<unsafe extern "C" fn()>,
            parent: Option<unsafe extern "C" fn()>,
            child: Option<unsafe extern "C" fn()>,
        ) -> i32;
    }
    // SAFETY: pthread_atfork(3) takes NULL for no handler; what the handlers do, the caller promises.
    match unsafe { pthread_atfork(prepare, None, child) } {
        0 => Ok(()),
        code => Err(std::io::Error::from_raw_os_error(code)),
    }
}

/// Makes this process, and the copies that are made of it, end when its parent does.
#[cfg(target_os = "linux")]
pub(crate) fn end_with(parent: u32) -> Result<()> {
    // SAFETY: both handlers do what a child of fork(2) may do.
    unsafe { at_fork(Some(be_parent), Some(end_with_parent)) }?;
    PARENT.store(parent, Ordering::Relaxed);
    // SAFETY: it may be called at any time.
    unsafe { end_with_parent() };
    Ok(())
}

/// The process that this one, or the copy that is about to be made, ends with.
#[cfg(target_os = "linux")]
static PARENT: AtomicU32 = AtomicU32::new(0);

#[cfg(target_os = "linux")]
unsafe extern "C" fn be_parent() {
    PARENT.store(std::process::id(), Ordering::Relaxed);
}

#[cfg(target_os = "linux")]
unsafe extern "C" fn end_with_parent() {
    // SAFETY: prctl(2) with a number alone; it may be called in the child of a fork.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    // A parent that ended before this sent no signal.
    if std::os::unix::process::parent_id() != PARENT.load(Ordering::Relaxed) {
        super::exit_at_once(2);
    }
}

/// Makes this process end soon after its parent.
#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn end_with(parent: u32) -> Result<()> {
    let watch = move || {
        while std::os::unix::process::parent_id() == parent {
            std::thread::sleep(std::time::Duration::from_millis(200));
        }
        // SAFETY: kill(2) on the group of this process, which it leads.
        unsafe { libc::kill(0, libc::SIGKILL) };
    };
    std::thread::Builder::new().spawn(watch).map(drop)
}

/// Makes the command begin a process group of its own, where there is such a thing.
#[cfg(not(unix))]
pub(crate) fn lead_a_group(_command: &mut Command) {}

/// Whether a child has ended.
#[cfg(not(unix))]
pub(crate) fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// Ends a child.
#[cfg(not(unix))]
pub(crate) fn end_group(child: &mut Child) {
    // A child that is already gone need not be ended.
    let _gone = child.kill();
}

/// Makes this process end with its parent, if the system can be asked for that.
#[cfg(not(unix))]
pub(crate) fn end_with(_parent: u32) -> Result<()> {
    Ok(())
}
