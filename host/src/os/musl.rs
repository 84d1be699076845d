//! Linux with musl.

use super::linux;

/// Whether a library of this name is another libc than this process has.
pub(crate) fn is_other_libc(library: &str) -> bool {
    library == "libc.so.6" || library.starts_with("ld-linux")
}

/// The lowest usable address of this thread's stack, if the system reports it.
///
/// The first thread's stack grows as it is used, and musl reports only what is there by now, which is too little for a call.
pub(crate) fn stack_low() -> Option<usize> {
    // SAFETY: gettid(2) and getpid(2) only read, and always succeed.
    let is_first = unsafe { libc::gettid() == libc::getpid() };
    if is_first { first_stack_low() } else { linux::stack_low() }
}

/// Where the first thread's stack ends when it has grown to its limit.
fn first_stack_low() -> Option<usize> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: getrlimit(2) writes the limit; getauxval(3) reads what the system handed to the process.
    let (is_known, name) =
        unsafe { (libc::getrlimit(libc::RLIMIT_STACK, &mut limit) == 0, libc::getauxval(libc::AT_EXECFN)) };
    // The program's name is the last thing before the end from which the limit counts.
    let low = usize::try_from(u64::from(name).saturating_sub(limit.rlim_cur)).ok()?;
    (is_known && name != 0).then_some(low)
}
