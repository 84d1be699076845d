//! Standard error.

use std::io::Write;

use super::escape::guarded;

/// Writes a line, or several, to standard error.
pub fn say(text: &str) {
    // Nobody is left to be told where standard error is closed.
    let _ = writeln!(anstream::stderr(), "{}", guarded(text));
}

/// From now on a panic of this program is told through `say`; its text may quote what others brought.
pub fn guard_panics() {
    std::panic::set_hook(Box::new(|info| {
        say(&info.to_string());
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            say(&trace.to_string());
        }
    }));
}
