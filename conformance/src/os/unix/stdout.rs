//! Standard output, whoever writes to it.

use std::fs::File;
use std::io::{self, Read, Seek};
use std::os::fd::{AsRawFd, FromRawFd};

use crate::os::{Gap, Told};

/// Reserves standard output for reports; what the module prints goes to standard error from now on.
pub(crate) fn take_stdout() -> io::Result<File> {
    // SAFETY: fcntl(2) and dup2(2) on the standard descriptors; the new one belongs to the file alone.
    unsafe {
        let own = libc::fcntl(1, libc::F_DUPFD_CLOEXEC, 3);
        if own < 0 || libc::dup2(2, 1) < 0 {
            return Err(io::Error::last_os_error());
        }
        Ok(File::from_raw_fd(own))
    }
}

/// Runs `work` with standard output redirected into a file, and returns what was written.
pub(crate) fn with_stdout_caught(work: impl FnOnce()) -> Told<Vec<u8>> {
    caught(work).map_err(Gap::failed("standard output cannot be caught"))
}

fn caught(work: impl FnOnce()) -> io::Result<Vec<u8>> {
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
fn temporary_file() -> io::Result<File> {
    // SAFETY: tmpfile(3) makes a stream; its descriptor is duplicated into a file of its own before the stream goes.
    unsafe {
        let stream = libc::tmpfile();
        if stream.is_null() {
            return Err(io::Error::last_os_error());
        }
        let own = libc::dup(libc::fileno(stream));
        let error = io::Error::last_os_error();
        libc::fclose(stream);
        if own < 0 { Err(error) } else { Ok(File::from_raw_fd(own)) }
    }
}
