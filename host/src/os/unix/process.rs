//! The end of the process.

/// Runs `function` when the process ends in an orderly way.
pub(crate) fn at_exit(function: extern "C" fn()) {
    // SAFETY: the function is the host's own and lives as long as the program.
    let _full = unsafe { libc::atexit(function) };
}

/// Whether LeakSanitizer is in this process: it reports after all exit handlers have run, and reads the libraries' files for
/// that.
pub(crate) fn has_leak_checker() -> bool {
    // SAFETY: dlsym(3) only looks the name up.
    !unsafe { libc::dlsym(libc::RTLD_DEFAULT, c"__lsan_do_leak_check".as_ptr()) }.is_null()
}

/// Ends this process without running exit handlers.
pub(crate) fn exit_at_once(code: i32) -> ! {
    // SAFETY: _exit(2) may be called on any thread at any time.
    unsafe { libc::_exit(code) }
}
