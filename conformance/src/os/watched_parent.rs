//! Unix systems that send no signal when a parent ends: a thread looks for it.

use std::os::unix::process::parent_id;
use std::time::Duration;

/// Makes this process end soon after its parent: the process of this number, unless that started another one which
/// started this one.
pub(crate) fn end_with(parent: u32, is_direct: bool) -> std::io::Result<()> {
    let parent = if is_direct { parent } else { parent_id() };
    let watch = move || {
        while parent_id() == parent {
            std::thread::sleep(Duration::from_millis(200));
        }
        // SAFETY: kill(2) on the group of this process, which it leads.
        unsafe { libc::kill(0, libc::SIGKILL) };
    };
    std::thread::Builder::new().spawn(watch).map(drop)
}
