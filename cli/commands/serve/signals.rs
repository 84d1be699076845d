//! What tells `rp serve` to stop. The first signal asks, the second ends the process.

use std::sync::mpsc::Sender;

use crate::fault::{EXIT_INTERRUPTED, Fault};
use crate::os::{self, StopBy};
use crate::running::interrupt::on_stop;

/// Sends when SIGTERM or Ctrl-C comes.
pub fn listen(stop: Sender<()>) -> Result<(), Fault> {
    let mut is_asked = false;
    on_stop(StopBy::Anything, move || {
        if is_asked {
            os::end(EXIT_INTERRUPTED);
        }
        is_asked = true;
        // Nobody waits where the input ended first.
        let _ = stop.send(());
    })
}
