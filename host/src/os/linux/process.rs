//! Processes that this one starts and watches, and what such a process does first.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use rustix::event::{PollFd, PollFlags};
use rustix::process::{
    Pid, PidfdFlags, Signal, WaitId, WaitIdOptions, pidfd_open, pidfd_send_signal,
    set_parent_process_death_signal, waitid,
};

use super::socket::{Socket, wait_for};

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
        _ => End::Unknown,
    }
}

/// What a started process writes to its standard output, or to that for errors.
#[derive(Debug)]
pub(crate) struct Output(File);

impl Output {
    /// Reads what is there, and waits if there is nothing; 0 at the end.
    pub(crate) fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        self.0.read(into)
    }
}

/// A process, and what it writes.
pub(crate) struct Started {
    pub(crate) process: Process,
    pub(crate) outputs: [Output; 2],
}

/// Starts a program whose standard input is that socket, with no environment but that. What it does first is
/// [`become_worker`].
///
/// It is ended when the thread that called this ends.
pub(crate) fn start(
    program: &Path,
    arguments: &[&OsStr],
    environment: &[(&OsStr, &OsStr)],
    input: Socket,
) -> io::Result<Started> {
    let mut command = Command::new(program);
    command.args(arguments).env_clear().envs(environment.iter().copied());
    // What interrupts the program at a terminal is not for its workers.
    command.process_group(0);
    command.stdin(Stdio::from(input.0)).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn()?;
    let number = child.id();
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let outputs = [OwnedFd::from(stdout), OwnedFd::from(stderr)].map(|output| Output(File::from(output)));
    let pid = i32::try_from(number).ok().and_then(Pid::from_raw).ok_or(io::ErrorKind::NotFound)?;
    let pidfd = pidfd_open(pid, PidfdFlags::empty())?;
    Ok(Started { process: Process { pidfd, number, end: Mutex::new(None) }, outputs })
}

/// What there is to do for the thread that watches a process.
#[derive(Debug, Default)]
pub(crate) struct News {
    pub(crate) has_ended: bool,
    pub(crate) has_asked: bool,
    pub(crate) has_output: [bool; 2],
}

/// Waits for the end of a process, bytes from the socket, or output; an output that is `None` is not watched.
pub(crate) fn watch(
    process: &Process,
    asks: Option<&Socket>,
    outputs: &[Option<Output>; 2],
) -> io::Result<News> {
    let ended = PollFd::new(&process.pidfd, PollFlags::IN);
    // A descriptor in place of one that is not watched: it is never looked at.
    let other = |fd: Option<BorrowedFd<'_>>| fd.is_some();
    let asks_fd = asks.map(|socket| socket.0.as_fd());
    let output_fds = outputs.each_ref().map(|output| output.as_ref().map(|output| output.0.as_fd()));
    let mut watched = vec![ended];
    let wanted = [asks_fd, output_fds[0], output_fds[1]];
    watched.extend(wanted.iter().flatten().map(|fd| PollFd::from_borrowed_fd(*fd, PollFlags::IN)));
    wait_for(&mut watched, None)?;
    let mut told = watched.iter().map(|watched| !watched.revents().is_empty());
    let mut next = |is_watched: bool| is_watched && told.next().unwrap_or(false);
    Ok(News {
        has_ended: next(true),
        has_asked: next(other(wanted[0])),
        has_output: [next(other(wanted[1])), next(other(wanted[2]))],
    })
}

/// The program that runs now, even if its file was replaced meanwhile.
pub(crate) fn this_program() -> io::Result<std::path::PathBuf> {
    Ok("/proc/self/exe".into())
}

/// The first that a worker does: it ends with its parent's thread, keeps no descriptor that it was not meant to have, and takes
/// the socket that was its standard input. Nobody else may use a descriptor meanwhile.
pub(crate) fn become_worker() -> io::Result<Socket> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    let socket = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    if rustix::net::sockopt::socket_type(&socket).is_err() {
        return Err(io::Error::other("its standard input is no socket"));
    }
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    let socket_number = std::os::fd::AsRawFd::as_raw_fd(&socket);
    close_all_but(socket_number);
    std::env::set_current_dir("/")?;
    Ok(Socket(socket))
}

/// Closes every descriptor from 3 on but that one.
fn close_all_but(kept: i32) {
    let close = |from: i32, to: i32| {
        if from <= to {
            // SAFETY: close_range(2) takes three integers; nobody uses these descriptors, as `become_worker` demands.
            // A system without it leaves them open, as a fork of the embedder would.
            let _kept_open = unsafe { libc::syscall(libc::SYS_close_range, from, to, 0) };
        }
    };
    close(3, kept - 1);
    close(kept + 1, i32::MAX);
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

/// Whether that signal is the one that nothing inside a process causes.
pub(crate) fn is_kill(number: i32) -> bool {
    number == libc::SIGKILL
}
