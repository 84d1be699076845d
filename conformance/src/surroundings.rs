//! What a module may not change for the rest of the process.

#[cfg(unix)]
pub(crate) use unix::*;

#[cfg(unix)]
mod unix {
    use std::ffi::CStr;

    /// The working directory.
    pub(crate) fn working_directory() -> Option<String> {
        std::env::current_dir().ok().map(|dir| dir.display().to_string())
    }

    /// The mask of new files' permissions.
    pub(crate) fn umask() -> Option<String> {
        // SAFETY: umask(2) can only be read by setting it; it is set back at once.
        let mask = unsafe {
            let mask = libc::umask(0o077);
            libc::umask(mask);
            mask
        };
        Some(format!("{mask:03o}"))
    }

    /// What each signal does whose action is not the default.
    pub(crate) fn signal_handlers() -> Option<String> {
        let handler = |signal: i32| {
            // SAFETY: sigaction(2) without a new action only writes the old one.
            unsafe {
                let mut action = core::mem::zeroed::<libc::sigaction>();
                let is_known = libc::sigaction(signal, core::ptr::null(), &mut action) == 0;
                let is_own = is_known && action.sa_sigaction != libc::SIG_DFL;
                is_own.then(|| format!("{}: {:#x}", crate::os::signal_name(signal), action.sa_sigaction))
            }
        };
        let own: Vec<_> = (1..=64).filter_map(handler).collect();
        Some(if own.is_empty() { "the default".to_owned() } else { own.join(", ") })
    }

    /// The signals that this thread blocks.
    pub(crate) fn signal_mask() -> Option<String> {
        // SAFETY: pthread_sigmask(3) without a new mask only writes the old one, which sigismember(3) reads.
        let blocked: Vec<_> = unsafe {
            let mut mask = core::mem::zeroed::<libc::sigset_t>();
            libc::pthread_sigmask(libc::SIG_BLOCK, core::ptr::null(), &mut mask);
            (1..=64).filter(|signal| libc::sigismember(&mask, *signal) == 1).collect()
        };
        Some(format!("{blocked:?}"))
    }

    /// The locale of the C library.
    pub(crate) fn locale() -> Option<String> {
        // SAFETY: setlocale(3) without a name only tells the present one, as a C string that lives until the next call.
        let name = unsafe {
            let name = libc::setlocale(libc::LC_ALL, core::ptr::null());
            if name.is_null() {
                return None;
            }
            CStr::from_ptr(name).to_string_lossy().into_owned()
        };
        Some(name)
    }

    /// How this thread rounds, and which floating-point exceptions it traps.
    #[cfg(target_arch = "x86_64")]
    pub(crate) fn floating_point() -> Option<String> {
        let (mut sse, mut x87) = (0_u32, 0_u16);
        // SAFETY: both instructions store a control register into the memory that they are given.
        unsafe {
            core::arch::asm!("stmxcsr [{}]", in(reg) &raw mut sse, options(nostack, preserves_flags));
            core::arch::asm!("fnstcw [{}]", in(reg) &raw mut x87, options(nostack, preserves_flags));
        }
        // The low six bits say which exceptions have occurred; they are not settings.
        Some(format!("mxcsr {:#x}, x87 {x87:#x}", sse & !0x3f))
    }

    /// How this thread rounds, and which floating-point exceptions it traps.
    #[cfg(target_arch = "aarch64")]
    pub(crate) fn floating_point() -> Option<String> {
        let control: u64;
        // SAFETY: reads a control register.
        unsafe {
            core::arch::asm!("mrs {}, fpcr", out(reg) control, options(nomem, nostack, preserves_flags))
        };
        Some(format!("fpcr {control:#x}"))
    }

    /// How this thread rounds, and which floating-point exceptions it traps.
    #[cfg(not(any(target_arch = "x86_64", target_arch = "aarch64")))]
    pub(crate) fn floating_point() -> Option<String> {
        None
    }

    /// The environment's variables.
    pub(crate) fn variables() -> Option<String> {
        let mut variables: Vec<_> = std::env::vars_os()
            .map(|(name, value)| format!("{}={}", name.to_string_lossy(), value.to_string_lossy()))
            .collect();
        variables.sort();
        Some(variables.join("\n"))
    }

    /// What the standard streams refer to, and with which flags.
    pub(crate) fn stdio() -> Option<String> {
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
        Some((0..3).map(stream).collect::<Vec<_>>().join("; "))
    }
}

#[cfg(not(unix))]
macro_rules! unknown {
    ($($name:ident)*) => { $(
        /// This system does not report it.
        pub(crate) fn $name() -> Option<String> { None }
    )* };
}
#[cfg(not(unix))]
unknown! { working_directory umask signal_handlers signal_mask locale floating_point variables stdio }
