//! Processes: their limits, and what ends them.

use core::mem::{size_of_val, zeroed};
use core::ptr::null;
use std::io::{Error, Result};
use std::process::{Child, Command};
use std::sync::atomic::{AtomicU64, Ordering};

use windows_sys::Win32::System::Diagnostics::Debug::{
    SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SetErrorMode,
};
use windows_sys::Win32::System::JobObjects::{
    AssignProcessToJobObject, CreateJobObjectW, JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE,
    JOB_OBJECT_LIMIT_PROCESS_TIME, JOBOBJECT_EXTENDED_LIMIT_INFORMATION, JobObjectExtendedLimitInformation,
    SetInformationJobObject,
};
use windows_sys::Win32::System::Threading::{
    GetCurrentProcess, INFINITE, OpenProcess, PROCESS_SYNCHRONIZE, TerminateProcess, WaitForSingleObject,
};

/// The processor time that `end_with` allows; 0 for any.
static CPU_SECONDS: AtomicU64 = AtomicU64::new(0);

/// Prevents a dialog and a debugger for a crash that is expected.
pub(crate) fn no_core_file() {
    // SAFETY: the function takes flags.
    unsafe { SetErrorMode(SEM_FAILCRITICALERRORS | SEM_NOGPFAULTERRORBOX) };
}

/// Limits the processor time of this process, and of what it starts, from `end_with` on: a last resort, for a process that
/// nobody ends.
pub(crate) fn limit_cpu(seconds: u64) {
    CPU_SECONDS.store(seconds, Ordering::Relaxed);
}

/// Makes this process end soon after the one of this number, and all that it starts end with it.
pub(crate) fn end_with(parent: u32, _is_direct: bool) -> Result<()> {
    enter_a_job()?;
    // SAFETY: the function takes numbers; the handle stays open for good.
    let parent = unsafe { OpenProcess(PROCESS_SYNCHRONIZE, 0, parent) } as usize;
    if parent == 0 {
        return Err(Error::last_os_error());
    }
    let watch = move || {
        // SAFETY: the handle is open, as nothing closes it.
        unsafe { WaitForSingleObject(parent as _, INFINITE) };
        exit_at_once(2);
    };
    std::thread::Builder::new().spawn(watch).map(drop)
}

/// Puts this process into a job that ends with the last handle of it: that is here, so with this process.
fn enter_a_job() -> Result<()> {
    let seconds = CPU_SECONDS.load(Ordering::Relaxed);
    // SAFETY: the all-zero limits are limits; the functions read them, and the handle stays open for good.
    unsafe {
        let mut limits: JOBOBJECT_EXTENDED_LIMIT_INFORMATION = zeroed();
        limits.BasicLimitInformation.LimitFlags = JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE;
        if seconds > 0 {
            limits.BasicLimitInformation.LimitFlags |= JOB_OBJECT_LIMIT_PROCESS_TIME;
            // In units of 100 ns.
            limits.BasicLimitInformation.PerProcessUserTimeLimit =
                i64::try_from(seconds.saturating_mul(10_000_000)).unwrap_or(i64::MAX);
        }
        let job = CreateJobObjectW(null(), null());
        let (what, size) = (JobObjectExtendedLimitInformation, size_of_val(&limits) as u32);
        let is_entered = !job.is_null()
            && SetInformationJobObject(job, what, (&raw const limits).cast(), size) != 0
            && AssignProcessToJobObject(job, GetCurrentProcess()) != 0;
        if is_entered { Ok(()) } else { Err(Error::last_os_error()) }
    }
}

/// Ends this process without running what was registered for its end.
pub(crate) fn exit_at_once(code: i32) -> ! {
    // SAFETY: the handle is that of this process, which does not come back from the call.
    unsafe { TerminateProcess(GetCurrentProcess(), code.cast_unsigned()) };
    std::process::abort()
}

/// Nothing to do: a worker enters a job, and that ends with it.
pub(crate) fn lead_a_group(_command: &mut Command) {}

/// Whether a child has ended.
pub(crate) fn has_ended(child: &mut Child) -> bool {
    !matches!(child.try_wait(), Ok(None))
}

/// Ends a child, and with it the job that it has entered.
pub(crate) fn end_group(child: &mut Child) {
    // A child that is already gone need not be ended.
    let _gone = child.kill();
}
