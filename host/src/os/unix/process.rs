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

/// Writes to standard error; takes no lock, and allocates nothing. What cannot be written is lost.
pub(crate) fn write_at_end(bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        // SAFETY: `rest` is a valid slice, and write(2) reads at most its length.
        let written = unsafe { libc::write(2, rest.as_ptr().cast(), rest.len()) };
        match usize::try_from(written) {
            Ok(written) if written > 0 => rest = &rest[written..],
            _ => return,
        }
    }
}
