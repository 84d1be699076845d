//! What the checks ask of the operating system, and what no other file may.

use std::path::PathBuf;

/// The name of a signal.
pub(crate) fn signal_name(signal: i32) -> String {
    let names = [
        (1, "SIGHUP"),
        (2, "SIGINT"),
        (3, "SIGQUIT"),
        (4, "SIGILL"),
        (5, "SIGTRAP"),
        (6, "SIGABRT"),
        (7, "SIGBUS"),
        (8, "SIGFPE"),
        (9, "SIGKILL"),
        (11, "SIGSEGV"),
        (13, "SIGPIPE"),
        (14, "SIGALRM"),
        (15, "SIGTERM"),
        (31, "SIGSYS"),
    ];
    let name = names.iter().find(|(number, _)| *number == signal);
    name.map_or_else(|| format!("signal {signal}"), |(_, name)| (*name).to_owned())
}

/// The signal that ended a process.
#[cfg(unix)]
pub(crate) fn signal_of(status: std::process::ExitStatus) -> Option<i32> {
    std::os::unix::process::ExitStatusExt::signal(&status)
}

/// The signal that ended a process.
#[cfg(not(unix))]
pub(crate) fn signal_of(_status: std::process::ExitStatus) -> Option<i32> {
    None
}

/// Bytes that the C library's allocator has given out; None where it does not tell.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn heap_in_use() -> Option<usize> {
    // SAFETY: mallinfo2(3) only reads.
    let info = unsafe { libc::mallinfo2() };
    Some(info.uordblks + info.hblkhd)
}

/// Bytes that the C library's allocator has given out; None where it does not tell.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn heap_in_use() -> Option<usize> {
    None
}

/// Threads of this process; None where the system does not tell.
pub(crate) fn thread_count() -> Option<usize> {
    Some(std::fs::read_dir("/proc/self/task").ok()?.count())
}

/// Open descriptors and what they stand for; None where the system does not tell.
pub(crate) fn descriptors() -> Option<Vec<(String, PathBuf)>> {
    let entries = std::fs::read_dir("/proc/self/fd").ok()?;
    let mut open: Vec<_> = entries
        .flatten()
        .filter_map(|entry| {
            let target = std::fs::read_link(entry.path()).ok()?;
            Some((entry.file_name().to_string_lossy().into_owned(), target))
        })
        // The folder that is being read.
        .filter(|(_, target)| !target.ends_with("fd") || !target.starts_with("/proc"))
        .collect();
    open.sort();
    Some(open)
}

/// No core file for a crash that was expected.
#[cfg(unix)]
pub(crate) fn no_core_file() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: setrlimit(2) reads the limits.
    let _kept = unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
}

/// No core file for a crash that was expected.
#[cfg(not(unix))]
pub(crate) fn no_core_file() {}

/// Takes standard output away for reports; what the module prints goes to standard error from now on.
#[cfg(unix)]
pub(crate) fn take_stdout() -> std::io::Result<std::fs::File> {
    use std::os::fd::FromRawFd;
    // SAFETY: fcntl(2) and dup2(2) on the standard descriptors; the new one belongs to the file alone.
    unsafe {
        let own = libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3);
        if own < 0 || libc::dup2(2, 1) < 0 {
            return Err(std::io::Error::last_os_error());
        }
        Ok(std::fs::File::from_raw_fd(own))
    }
}

/// Takes standard output for reports.
#[cfg(windows)]
pub(crate) fn take_stdout() -> std::io::Result<std::fs::File> {
    use std::os::windows::io::AsHandle;
    Ok(std::io::stdout().as_handle().try_clone_to_owned()?.into())
}

/// How a child process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    With(i32),
    Signal(i32),
    NotInTime,
}

/// Runs `work` in a copy of this process; None where the system has no such thing.
///
/// The caller has no other threads that hold locks which `work` needs.
#[cfg(unix)]
pub(crate) fn in_a_copy(limit: std::time::Duration, work: impl FnOnce() -> i32) -> Option<Ended> {
    // SAFETY: fork(2); the copy has this thread only, which is what the caller vouches for.
    let child = unsafe { libc::fork() };
    match child {
        -1 => None,
        0 => {
            let code = work();
            // SAFETY: exit(3) runs what the module left for the end of the process, which is what is watched.
            unsafe { libc::exit(code) }
        }
        _ => Some(wait_for(child, limit)),
    }
}

#[cfg(unix)]
fn wait_for(child: i32, limit: std::time::Duration) -> Ended {
    let started = std::time::Instant::now();
    let mut status = 0;
    loop {
        // SAFETY: waitpid(2) on a child of this process.
        let found = unsafe { libc::waitpid(child, &mut status, libc::WNOHANG) };
        if found == child {
            break;
        }
        if started.elapsed() > limit {
            // SAFETY: the child was not waited for yet, so its number is its own.
            unsafe {
                libc::kill(child, libc::SIGKILL);
                libc::waitpid(child, &mut status, 0);
            }
            return Ended::NotInTime;
        }
        std::thread::sleep(std::time::Duration::from_micros(200));
    }
    if libc::WIFSIGNALED(status) {
        Ended::Signal(libc::WTERMSIG(status))
    } else {
        Ended::With(libc::WEXITSTATUS(status))
    }
}

/// Runs `work` in a copy of this process; None where the system has no such thing.
#[cfg(not(unix))]
pub(crate) fn in_a_copy(_limit: std::time::Duration, _work: impl FnOnce() -> i32) -> Option<Ended> {
    None
}

/// Runs `work` with standard output led into a file, and answers what was written; None where that cannot be done.
#[cfg(unix)]
pub(crate) fn with_stdout_caught(work: impl FnOnce()) -> Option<Vec<u8>> {
    use std::io::{Read, Seek};
    use std::os::fd::AsRawFd;
    let mut caught = temporary_file()?;
    // SAFETY: dup(2), dup2(2) and close(2) on descriptors that are this function's own, or standard output; fflush(NULL)
    // writes what C programs in this process have buffered.
    unsafe {
        libc::fflush(core::ptr::null_mut());
        let kept = libc::dup(1);
        libc::dup2(caught.as_raw_fd(), 1);
        work();
        libc::fflush(core::ptr::null_mut());
        libc::dup2(kept, 1);
        libc::close(kept);
    }
    let mut bytes = Vec::new();
    caught.rewind().ok()?;
    caught.read_to_end(&mut bytes).ok()?;
    Some(bytes)
}

/// A file without a name.
#[cfg(unix)]
fn temporary_file() -> Option<std::fs::File> {
    use std::os::fd::FromRawFd;
    // SAFETY: tmpfile(3) makes a stream; its descriptor is duplicated into a file of its own before the stream goes.
    unsafe {
        let stream = libc::tmpfile();
        if stream.is_null() {
            return None;
        }
        let own = libc::dup(libc::fileno(stream));
        libc::fclose(stream);
        (own >= 0).then(|| std::fs::File::from_raw_fd(own))
    }
}

/// Runs `work` with standard output led into a file, and answers what was written; None where that cannot be done.
#[cfg(not(unix))]
pub(crate) fn with_stdout_caught(_work: impl FnOnce()) -> Option<Vec<u8>> {
    None
}
