//! What the checks ask of the operating system; no other file may do so.

mod family;

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(unix)]
pub(crate) use family::at_fork;
pub(crate) use family::{end_group, end_with, has_ended, lead_a_group};

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
        (24, "SIGXCPU"),
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

/// Bytes that the C library's allocator has given out; None if it does not report them.
#[cfg(all(target_os = "linux", target_env = "gnu"))]
pub(crate) fn heap_in_use() -> Option<usize> {
    // SAFETY: mallinfo2(3) only reads.
    let info = unsafe { libc::mallinfo2() };
    Some(info.uordblks + info.hblkhd)
}

/// Bytes that the C library's allocator has given out; None if it does not report them.
#[cfg(not(all(target_os = "linux", target_env = "gnu")))]
pub(crate) fn heap_in_use() -> Option<usize> {
    None
}

/// Threads of this process.
pub(crate) fn thread_count() -> io::Result<usize> {
    Ok(std::fs::read_dir("/proc/self/task")?.count())
}

/// Open descriptors and what they stand for.
pub(crate) fn descriptors() -> io::Result<Vec<(String, PathBuf)>> {
    let entries = std::fs::read_dir("/proc/self/fd")?;
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
    Ok(open)
}

/// Prevents a core file for a crash that is expected.
#[cfg(unix)]
pub(crate) fn no_core_file() {
    let none = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: setrlimit(2) reads the limits.
    let _kept = unsafe { libc::setrlimit(libc::RLIMIT_CORE, &none) };
}

/// Prevents a core file for a crash that is expected.
#[cfg(not(unix))]
pub(crate) fn no_core_file() {}

/// Limits the processor time of this process: a last resort, for a process that nobody ends.
#[cfg(unix)]
pub(crate) fn limit_cpu(seconds: u64) {
    let limit = libc::rlimit { rlim_cur: seconds as libc::rlim_t, rlim_max: libc::RLIM_INFINITY };
    // SAFETY: setrlimit(2) reads the limits.
    let _kept = unsafe { libc::setrlimit(libc::RLIMIT_CPU, &limit) };
}

/// Limits the processor time of this process: a last resort, for a process that nobody ends.
#[cfg(not(unix))]
pub(crate) fn limit_cpu(_seconds: u64) {}

/// Reserves standard output for reports; what the module prints goes to standard error from now on.
#[cfg(unix)]
pub(crate) fn take_stdout() -> io::Result<std::fs::File> {
    use std::os::fd::FromRawFd;
    // SAFETY: fcntl(2) and dup2(2) on the standard descriptors; the new one belongs to the file alone.
    unsafe {
        let own = libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3);
        if own < 0 || libc::dup2(2, 1) < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(std::fs::File::from_raw_fd(own))
    }
}

/// Reserves standard output for reports.
#[cfg(windows)]
pub(crate) fn take_stdout() -> io::Result<std::fs::File> {
    use std::os::windows::io::AsHandle;
    Ok(std::io::stdout().as_handle().try_clone_to_owned()?.into())
}

/// The process that checks; 0 while none does. A copy of it that a module makes has another number.
static PROCESS: AtomicU32 = AtomicU32::new(0);

/// From now on this process is the one that checks.
pub(crate) fn is_the_process() {
    PROCESS.store(std::process::id(), Ordering::Relaxed);
}

/// Whether this process is a copy that a module made of the one that checks.
pub(crate) fn is_a_copy() -> bool {
    let process = PROCESS.load(Ordering::Relaxed);
    process != 0 && process != std::process::id()
}

/// Ends this process without running what was registered for its end.
pub(crate) fn exit_at_once(code: i32) -> ! {
    #[cfg(unix)]
    // SAFETY: _exit(2) may be called at any time.
    unsafe {
        libc::_exit(code)
    }
    #[cfg(not(unix))]
    std::process::exit(code)
}

/// How a child process ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    With(i32),
    Signal(i32),
    NotInTime,
}

/// Runs `work` in a copy of this process.
///
/// The caller has no other threads that hold locks which `work` needs.
#[cfg(unix)]
pub(crate) fn in_a_copy(limit: std::time::Duration, work: impl FnOnce() -> i32) -> io::Result<Ended> {
    // SAFETY: fork(2); the copy has this thread only, which is what the caller vouches for.
    let child = unsafe { libc::fork() };
    match child {
        -1 => Err(io::Error::last_os_error()),
        0 => {
            is_the_process();
            let code = work();
            // SAFETY: exit(3) runs what the module left for the end of the process, which is what is watched.
            unsafe { libc::exit(code) }
        }
        _ => Ok(wait_for(child, limit)),
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

/// Runs `work` in a copy of this process.
#[cfg(not(unix))]
pub(crate) fn in_a_copy(_limit: std::time::Duration, _work: impl FnOnce() -> i32) -> io::Result<Ended> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Runs `work` with standard output redirected into a file, and returns what was written.
#[cfg(unix)]
pub(crate) fn with_stdout_caught(work: impl FnOnce()) -> io::Result<Vec<u8>> {
    use std::io::{Read, Seek};
    use std::os::fd::AsRawFd;
    let mut caught = temporary_file()?;
    // SAFETY: dup(2), dup2(2) and close(2) on descriptors that are this function's own, or standard output; fflush(NULL)
    // writes what C programs in this process have buffered.
    unsafe {
        libc::fflush(core::ptr::null_mut());
        let kept = libc::dup(1);
        if kept < 0 {
            return Err(io::Error::last_os_error());
        }
        libc::dup2(caught.as_raw_fd(), 1);
        work();
        libc::fflush(core::ptr::null_mut());
        libc::dup2(kept, 1);
        libc::close(kept);
    }
    let mut bytes = Vec::new();
    caught.rewind()?;
    caught.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// A file without a name.
#[cfg(unix)]
fn temporary_file() -> io::Result<std::fs::File> {
    use std::os::fd::FromRawFd;
    // SAFETY: tmpfile(3) makes a stream; its descriptor is duplicated into a file of its own before the stream goes.
    unsafe {
        let stream = libc::tmpfile();
        if stream.is_null() {
            return Err(io::Error::last_os_error());
        }
        let own = libc::dup(libc::fileno(stream));
        let error = io::Error::last_os_error();
        libc::fclose(stream);
        if own < 0 { Err(error) } else { Ok(std::fs::File::from_raw_fd(own)) }
    }
}

/// Runs `work` with standard output redirected into a file, and returns what was written.
#[cfg(not(unix))]
pub(crate) fn with_stdout_caught(_work: impl FnOnce()) -> io::Result<Vec<u8>> {
    Err(io::ErrorKind::Unsupported.into())
}
