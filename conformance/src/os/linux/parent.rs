//! A worker ends with its parent.

use std::io::Result;
use std::sync::atomic::{AtomicU32, Ordering};

use crate::os::exit_at_once;
use crate::os::unix::fork::at_fork;

/// Makes this process, and the copies that are made of it, end when its parent does: the process of this number, unless
/// that started another one which started this one.
pub(crate) fn end_with(parent: u32, is_direct: bool) -> Result<()> {
    let parent = if is_direct { parent } else { std::os::unix::process::parent_id() };
    // SAFETY: both handlers do what a child of fork(2) may do.
    unsafe { at_fork(Some(be_parent), Some(end_with_parent)) }?;
    PARENT.store(parent, Ordering::Relaxed);
    // SAFETY: it may be called at any time.
    unsafe { end_with_parent() };
    Ok(())
}

/// The process that this one, or the copy that is about to be made, ends with.
static PARENT: AtomicU32 = AtomicU32::new(0);

unsafe extern "C" fn be_parent() {
    PARENT.store(std::process::id(), Ordering::Relaxed);
}

unsafe extern "C" fn end_with_parent() {
    // SAFETY: prctl(2) with a number alone; it may be called in the child of a fork.
    unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) };
    // A parent that ended before this sent no signal.
    if std::os::unix::process::parent_id() != PARENT.load(Ordering::Relaxed) {
        exit_at_once(2);
    }
}
