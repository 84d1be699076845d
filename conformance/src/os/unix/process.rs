//! Processes: their limits, their groups, and how they end.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, ExitStatus};

/// What `crash_of` says of a process that called abort.
pub(crate) const ABORTED: &str = "SIGABRT";

/// The signal that ended a process.
pub(crate) fn crash_of(status: ExitStatus) -> Option<String> {
    status.signal().map(signal_name)
}

/// The name of a signal.
pub(super) fn signal_name(signal: i32) -> String {
    let names = [
        (libc::SIGHUP, "SIGHUP"),
        (libc::SIGINT, "SIGINT"),
        (libc::SIGQUIT, "SIGQUIT"),
        (libc::SIGILL, "SIGILL"),
        (libc::SIGTRAP, "SIGTRAP"),
        (libc::SIGABRT, ABORTED),
        (libc::SIGBUS, "SIGBUS"),
        (libc::SIGFPE, "SIGFPE"),
        (libc::SIGKILL, "SIGKILL"),
        (libc::SIGSEGV, "SIGSEGV"),
        (libc::SIGPIPE, "SIGPIPE"),
        (libc::SIGALRM, "SIGALRM"),
        (libc::SIGTERM, "SIGTERM"),
        (libc::SIGXCPU, "SIGXCPU"),
        (libc::SIGSYS, "SIGSYS"),
    ];
    let name = names.iter().find(|(number, _)| *number == signal);
    name.map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}

/// Prevents a core file for a crash that is expected.
pub(crate) fn no_core_file() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: setrlimit(2) reads the limits.
    let _kept = unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
}

/// Limits the processor time of this process: a last resort, for a process that nobody ends.
pub(crate) fn limit_cpu(seconds: u64) {
    let limit = libc::rlimit { rlim_cur: seconds as libc::rlim_t, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: setrlimit(2) reads the limits.
    let _kept = unsafe { libc::setrlimit(libc::RLIMIT_CPU, &limit) };
}

/// Ends this process without running what was registered for its end.
pub(crate) fn exit_at_once(code: i32) -> ! {
    // SAFETY: _exit(2) may be called at any time.
    unsafe { libc::_exit(code) }
}

/// Makes the command begin a process group of its own, so that all that it starts can be ended with it.
pub(crate) fn lead_a_group(command: &mut Command) {
    command.process_group(0);
}

/// Whether a child has ended. It is not waited for, so its number and its group's are not reused.
pub(crate) fn has_ended(child: &mut Child) -> bool {
    // SAFETY: the all-zero siginfo_t is one; waitid(2) writes into it, and WNOWAIT leaves the child to be waited for.
    unsafe {
        let mut info: libc::siginfo_t = core::mem::zeroed();
        let options = libc::WEXITED | libc::WNOHANG | libc::WNOWAIT;
        libc::waitid(libc::P_PID, child.id(), &raw mut info, options) == 0 && info.si_signo != 0
    }
}

/// Ends a child that was not waited for yet, and its group.
pub(crate) fn end_group(child: &mut Child) {
    if let Ok(group) = i32::try_from(child.id()) {
        // SAFETY: kill(2) on the group that the child leads; it was not waited for, so the number is its own.
        let _gone = unsafe { libc::kill(-group, libc::SIGKILL) };
    }
}
