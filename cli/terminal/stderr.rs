//! Standard error.

use std::io::Write;

use super::escape::sanitized;

/// Writes a line, or several, to standard error.
pub fn write_stderr(text: &str) {
    // If standard error is closed, there is nowhere to report that.
    let _ = writeln!(anstream::stderr(), "{}", sanitized(text));
}

/// From now on, panics of this program are written with [`write_stderr`], since their text may quote foreign text.
pub fn report_panics() {
    std::panic::set_hook(Box::new(|info| {
        write_stderr(&info.to_string());
        let trace = std::backtrace::Backtrace::capture();
        if trace.status() == std::backtrace::BacktraceStatus::Captured {
            write_stderr(&trace.to_string());
        }
    }));
}
