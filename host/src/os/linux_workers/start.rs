//! Starting a process, watching it, and what it does first.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use rustix::event::{PollFd, PollFlags};
use rustix::process::{Signal, set_parent_process_death_signal};

use super::poll::wait_for;
use super::process::Process;
use super::socket::Socket;

/// What a started process writes to its standard output, or to that for errors.
#[derive(Debug)]
pub(crate) struct Output(File);

impl Output {
    /// Reads what is there, and waits if there is nothing; 0 at the end.
    pub(crate) fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        (&self.0).read(into)
    }

    /// Whether there are bytes to read.
    pub(crate) fn has_bytes(&self) -> bool {
        rustix::io::ioctl_fionread(&self.0).is_ok_and(|bytes| bytes > 0)
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
    let (Some(stdout), Some(stderr)) = (child.stdout.take(), child.stderr.take()) else {
        return Err(io::ErrorKind::BrokenPipe.into());
    };
    let outputs = [OwnedFd::from(stdout), OwnedFd::from(stderr)].map(|output| Output(File::from(output)));
    let process = Process::of_child(child.id()).inspect_err(|_| {
        // A process that nobody can watch must not stay.
        let _gone = child.kill().and_then(|()| child.wait());
    })?;
    Ok(Started { process, outputs })
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
    outputs: [Option<&Output>; 2],
) -> io::Result<News> {
    let outputs = outputs.map(|output| output.map(|output| output.0.as_fd()));
    let all = [Some(process.descriptor()), asks.map(|socket| socket.0.as_fd()), outputs[0], outputs[1]];
    let wanted = all.iter().flatten().map(|one| PollFd::from_borrowed_fd(*one, PollFlags::IN));
    let mut watched: Vec<PollFd<'_>> = wanted.collect();
    wait_for(&mut watched, None)?;
    let mut told = watched.iter().map(|watched| !watched.revents().is_empty());
    let [has_ended, has_asked, stdout, stderr] = all.map(|one| one.is_some() && told.next().unwrap_or(false));
    Ok(News { has_ended, has_asked, has_output: [stdout, stderr] })
}

/// The first that a worker does: it ends with its parent's thread, keeps no descriptor that it was not meant to have, and takes
/// the socket that was its standard input. Nobody else may use a descriptor meanwhile.
pub(crate) fn become_worker() -> io::Result<Socket> {
    set_parent_process_death_signal(Some(Signal::KILL))?;
    rustix::thread::set_name(c"rp-worker")?;
    let socket = rustix::io::fcntl_dupfd_cloexec(rustix::stdio::stdin(), 3)?;
    if rustix::net::sockopt::socket_type(&socket).is_err() {
        return Err(io::Error::other("its standard input is no socket"));
    }
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    close_all_but(socket.as_raw_fd());
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
