//! What a module may not change for the rest of the process.

use std::ffi::CStr;

use super::process::signal_name;
use crate::os::{Gap, Told};

/// The mask of new files' permissions.
pub(crate) fn umask() -> Told<String> {
    // SAFETY: umask(2) can only be read by setting it; it is set back at once.
    let mask = unsafe {
        let mask = libc::umask(0o077);
        libc::umask(mask);
        mask
    };
    Ok(format!("{mask:03o}"))
}

/// What each signal does whose action is not the default.
pub(crate) fn signal_handlers() -> Told<String> {
    let handler = |signal: i32| {
        // SAFETY: sigaction(2) without a new action only writes the old one.
        unsafe {
            let mut action = core::mem::zeroed::<libc::sigaction>();
            let is_known = libc::sigaction(signal, core::ptr::null(), &mut action) == 0;
            let is_own = is_known && action.sa_sigaction != libc::SIG_DFL;
            is_own.then(|| format!("{}: {:#x}", signal_name(signal), action.sa_sigaction))
        }
    };
    let own: Vec<_> = (1..=64).filter_map(handler).collect();
    Ok(if own.is_empty() { "the default".to_owned() } else { own.join(", ") })
}

/// The signals that this thread blocks.
pub(crate) fn signal_mask() -> Told<String> {
    // SAFETY: pthread_sigmask(3) without a new mask only writes the old one, which sigismember(3) reads.
    let blocked: Vec<_> = unsafe {
        let mut mask = core::mem::zeroed::<libc::sigset_t>();
        libc::pthread_sigmask(libc::SIG_BLOCK, core::ptr::null(), &mut mask);
        (1..=64).filter(|signal| libc::sigismember(&mask, *signal) == 1).collect()
    };
    Ok(format!("{blocked:?}"))
}

/// The locale of the C library.
pub(crate) fn locale() -> Told<String> {
    // SAFETY: setlocale(3) without a name only tells the present one, as a C string that lives until the next call.
    unsafe {
        let name = libc::setlocale(libc::LC_ALL, core::ptr::null());
        if name.is_null() {
            return Err(Gap::Failed("setlocale names no locale".to_owned()));
        }
        Ok(CStr::from_ptr(name).to_string_lossy().into_owned())
    }
}

/// What the standard streams refer to, and with which flags.
pub(crate) fn stdio() -> Told<String> {
    let stream = |descriptor: i32| {
        // SAFETY: fstat(2) writes the status, fcntl(2) reads the flags.
        unsafe {
            let mut status = core::mem::zeroed::<libc::stat>();
            let is_open = libc::fstat(descriptor, &mut status) == 0;
            let flags = libc::fcntl(descriptor, libc::F_GETFL);
            format!(
                "{descriptor}: open {is_open}, file {}:{}, flags {flags:#x}",
                status.st_dev, status.st_ino
            )
        }
    };
    Ok((0..3).map(stream).collect::<Vec<_>>().join("; "))
}
