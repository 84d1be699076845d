//! Ends of the process that nobody meant.

use std::sync::atomic::{AtomicBool, Ordering};

use rp_host::ProcessCrash;

use super::end::{end_now, is_copy, remember, report_end};
use super::report::End;
use crate::os;

/// Whether an end of the process is an error.
static IS_ARMED: AtomicBool = AtomicBool::new(false);

/// While it lives, an end of the process is an error.
pub struct Guard;

impl Guard {
    /// Watches from now on; call it while there is one thread.
    pub fn arm(is_json: bool) -> Self {
        remember(is_json);
        IS_ARMED.store(true, Ordering::SeqCst);
        os::on_exit(exiting);
        rp_host::on_crash(crashing);
        Self
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        IS_ARMED.store(false, Ordering::SeqCst);
    }
}

extern "C" fn exiting() {
    if is_copy() || !IS_ARMED.swap(false, Ordering::SeqCst) {
        return;
    }
    os::flush_c_output();
    report_end(&End::Exit);
    end_now();
}

fn crashing(crash: &ProcessCrash<'_>) {
    // What ends the process now is the crash, with its own exit code.
    IS_ARMED.store(false, Ordering::SeqCst);
    if !is_copy() {
        report_end(&End::Crash(crash));
    }
}
