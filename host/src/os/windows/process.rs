//! The end of the process.

/// A loaded file cannot be deleted, so there is nothing to do at the end; the next process sweeps.
pub(crate) fn at_exit(_function: extern "C" fn()) {}

/// There is no LeakSanitizer here.
pub(crate) fn has_leak_checker() -> bool {
    false
}

/// Ends this process.
pub(crate) fn exit_at_once(code: i32) -> ! {
    std::process::exit(code)
}
