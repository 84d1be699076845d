//! Processes that this one started, and how they end.

use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, pidfd_open, pidfd_send_signal, waitid,
};

use super::poll::wait_for;

/// Whether this system can run modules in processes of their own.
pub(crate) const HAS_WORKERS: bool = true;

/// How a process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum End {
    /// By itself, with that code.
    Exited(i32),
    /// By a signal of that number.
    Signalled(i32),
    /// The program around the host took the status for itself, or wants none.
    Unknown,
}

/// A process that was started here. It is known by a descriptor, never by its number, which the system uses again.
#[derive(Debug)]
pub(crate) struct Process {
    pidfd: OwnedFd,
    pub(crate) number: u32,
    end: Mutex<Option<End>>,
}

impl Process {
    /// The child of that number, which nobody has waited for.
    pub(super) fn of_child(number: u32) -> io::Result<Self> {
        let pid = i32::try_from(number).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::NotFound)?;
        let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
        Ok(Process { pidfd, number, end: Mutex::new(None) })
    }

    pub(super) fn descriptor(&self) -> BorrowedFd<'_> {
        self.pidfd.as_fd()
    }

    /// Ends it, if it has not ended.
    pub(crate) fn kill(&self) {
        // It fails only where the process has ended already.
        let _ended = pidfd_send_signal(&self.pidfd, Signal::KILL);
    }

    /// Waits for its end; false if the time is over.
    pub(crate) fn has_ended(&self, until: Option<Instant>) -> bool {
        // An error says that the descriptor cannot be watched, which no caller could wait for.
        wait_for(&mut [PollFd::new(&self.pidfd, PollFlags::IN)], until).unwrap_or(true)
    }

    /// How it ended; waits for the end. The system forgets the process then.
    pub(crate) fn end(&self) -> End {
        self.has_ended(None);
        let mut end = self.end.lock().unwrap_or_else(PoisonError::into_inner);
        *end.get_or_insert_with(|| reap(&self.pidfd))
    }
}

fn reap(pidfd: &OwnedFd) -> End {
    match waitid(WaitId::PidFd(pidfd.as_fd()), WaitIdOptions::EXITED) {
        Ok(Some(status)) => match (status.exit_status(), status.terminating_signal()) {
            (Some(code), _) => End::Exited(code),
            (_, Some(signal)) => End::Signalled(signal),
            _ => End::Unknown,
        },
        // ECHILD: somebody else has waited for it, or SIGCHLD is ignored.
        _ => kept_end(pidfd).unwrap_or(End::Unknown),
    }
}

/// What `PIDFD_GET_INFO` fills in, as the first version of it has it.
#[repr(C)]
#[derive(Default)]
struct PidfdInfo {
    mask: u64,
    cgroup: u64,
    numbers: [u32; 11],
    status: i32,
}

/// How a process ended that the system has forgotten otherwise: Linux since 6.15 keeps that for its descriptors.
fn kept_end(pidfd: &OwnedFd) -> Option<End> {
    const PIDFD_GET_INFO: u32 = 0xc040_ff0b;
    const PIDFD_INFO_EXIT: u64 = 1 << 3;
    const _: () = assert!(size_of::<PidfdInfo>() == 64);
    let mut info = PidfdInfo { mask: PIDFD_INFO_EXIT, ..PidfdInfo::default() };
    // SAFETY: ioctl(2) of this number fills in at most the 64 bytes that the number itself names, which live until it returns.
    let done = unsafe { libc::ioctl(pidfd.as_raw_fd(), PIDFD_GET_INFO as _, &raw mut info) };
    if done != 0 || info.mask & PIDFD_INFO_EXIT == 0 {
        return None;
    }
    let status = ExitStatus::from_raw(info.status);
    status.code().map(End::Exited).or_else(|| status.signal().map(End::Signalled))
}

/// The program that runs now, even if its file was replaced meanwhile.
pub(crate) fn this_program() -> io::Result<std::path::PathBuf> {
    Ok("/proc/self/exe".into())
}

/// Whether this process is a child of that one; a worker whose host is gone is not.
pub(crate) fn is_child_of(number: u32) -> bool {
    std::os::unix::process::parent_id() == number
}

/// Ends the process at once, once what it has printed is written. Neither exit handlers nor destructors run.
pub(crate) fn end_worker(code: i32) -> ! {
    // SAFETY: fflush(3) writes what the C library's streams hold; _exit(2) ends the process and returns to nobody.
    unsafe {
        libc::fflush(std::ptr::null_mut());
        libc::_exit(code)
    }
}

/// Bytes of memory that a process uses and shares with no file; `None` if the system does not say.
pub(crate) fn memory_of(process: u32) -> Option<u64> {
    let text = std::fs::read_to_string(format!("/proc/{process}/statm")).ok()?;
    let mut pages = text.split(' ').skip(1).map_while(|number| number.parse::<u64>().ok());
    let (resident, shared) = (pages.next()?, pages.next()?);
    // SAFETY: sysconf(3) of the page size only reads a variable of the C library.
    let page = u64::try_from(unsafe { libc::sysconf(libc::_SC_PAGESIZE) }).ok()?;
    Some(resident.saturating_sub(shared) * page)
}

/// The name of a signal.
pub(crate) fn signal_name(number: i32) -> String {
    let known = match number {
        libc::SIGSEGV => "SIGSEGV",
        libc::SIGBUS => "SIGBUS",
        libc::SIGABRT => "SIGABRT",
        libc::SIGILL => "SIGILL",
        libc::SIGFPE => "SIGFPE",
        libc::SIGSYS => "SIGSYS",
        libc::SIGTRAP => "SIGTRAP",
        libc::SIGKILL => "SIGKILL",
        libc::SIGTERM => "SIGTERM",
        libc::SIGINT => "SIGINT",
        libc::SIGHUP => "SIGHUP",
        libc::SIGPIPE => "SIGPIPE",
        libc::SIGALRM => "SIGALRM",
        libc::SIGXCPU => "SIGXCPU",
        libc::SIGXFSZ => "SIGXFSZ",
        other => return format!("signal {other}"),
    };
    known.to_owned()
}
