//! What `--follow` has in common: it ends at Ctrl-C.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::fault::{EXIT_INTERRUPTED, Fault};
use crate::os::{self, StopBy};
use crate::running::interrupt::on_stop;
use crate::trace::filter::Filtered;
use crate::trace::follow::Step;

/// Hands over the records that the filter accepts until Ctrl-C, or until `take` answers false; answers the exit code.
pub fn follow(
    filtered: &Filtered,
    mut take: impl FnMut(Step<'_>) -> Result<bool, Fault>,
) -> Result<u8, Fault> {
    let is_stopped = Arc::new(AtomicBool::new(false));
    let asked = Arc::clone(&is_stopped);
    on_stop(StopBy::CtrlC, move || {
        if asked.swap(true, Ordering::SeqCst) {
            os::end(EXIT_INTERRUPTED);
        }
    })?;
    filtered.follow(|step| Ok(take(step)? && !is_stopped.load(Ordering::SeqCst)))?;
    Ok(if is_stopped.load(Ordering::SeqCst) { EXIT_INTERRUPTED } else { 0 })
}
