//! All Unix systems.

mod far_end;
mod socket;
mod stop;

use std::fs::{self, File, Metadata, OpenOptions};
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::os::unix::fs::{FileTypeExt, MetadataExt, OpenOptionsExt};
use std::path::Path;

pub use far_end::FarEnd;
pub use socket::{Listener, Stream};
pub use stop::on_stop;

use super::terms::{Ends, FileId};

/// What `--socket` takes, for its errors.
pub const SOCKET_HELP: &str = "give a path of less than 100 bytes in a folder that you may write to";

/// What `cc` may be called.
pub const C_COMPILERS: &[&str] = &["cc"];
/// What `c++` may be called.
pub const CXX_COMPILERS: &[&str] = &["c++"];
/// What `make` may be called.
pub const MAKES: &[&str] = &["make"];
/// What tests a new module that has a Makefile.
pub const MAKE_STEP: &str = "make check";
/// Whether CMake builds with `make`, unless it is told otherwise.
pub const CMAKE_NEEDS_MAKE: bool = true;
/// How Rust is installed.
pub const RUSTUP: &str = "curl --proto '=https' --tlsv1.2 -sSf https://sh.rustup.rs | sh";

/// There is no Visual Studio here.
pub fn visual_studio() -> Option<String> {
    None
}

/// Makes writing past the file size limit (ulimit -f) an error, like a full disk; by default, the system kills the process.
pub fn prepare() {
    // SAFETY: signal(2) with SIG_IGN installs no handler, and nothing else in this program uses SIGXFSZ.
    unsafe { libc::signal(libc::SIGXFSZ, libc::SIG_IGN) };
}

/// Ends the process without running the exit handlers of libraries: their code may still be running on other threads.
pub fn end(code: u8) -> ! {
    // SAFETY: _exit(2) may be called on any thread at any time, and touches no memory of ours.
    unsafe { libc::_exit(i32::from(code)) }
}

/// Writes what C code has printed so far, as `exit` does after the handlers.
pub fn flush_c_output() {
    // SAFETY: fflush(3) of NULL flushes the streams that are open.
    unsafe { libc::fflush(core::ptr::null_mut()) };
}

/// What a file is.
pub fn file_id(file: &File) -> Option<FileId> {
    file.metadata().ok().map(|metadata| id(&metadata))
}

/// What the file of a path is; opens nothing.
pub fn path_id(path: &Path) -> Option<FileId> {
    fs::metadata(path).ok().map(|metadata| id(&metadata))
}

/// What standard input is; None if it is closed.
pub fn stdin_id() -> Option<FileId> {
    file_id(&File::from(io::stdin().as_fd().try_clone_to_owned().ok()?))
}

/// What standard output is; None if it is closed.
pub fn stdout_id() -> Option<FileId> {
    file_id(&File::from(io::stdout().as_fd().try_clone_to_owned().ok()?))
}

fn id(metadata: &Metadata) -> FileId {
    (metadata.dev(), metadata.ino())
}

/// Opening a FIFO for writing blocks until it has a reader, possibly for ever. This fails instead; whatever else is at the path
/// is left alone.
pub fn fifo_with_reader(path: &Path) -> io::Result<Option<File>> {
    if !fs::metadata(path).is_ok_and(|metadata| metadata.file_type().is_fifo()) {
        return Ok(None);
    }
    OpenOptions::new().write(true).custom_flags(libc::O_NONBLOCK).open(path).map(Some)
}

/// Takes standard input and output away from the modules: what they print goes to standard error from now on, and they find
/// nothing to read.
pub fn take_stdio() -> io::Result<Ends<FarEnd>> {
    let input = io::stdin().as_fd().try_clone_to_owned()?;
    let output = io::stdout().as_fd().try_clone_to_owned()?;
    let far_end = output.try_clone().ok().map(FarEnd::new);
    let nothing = File::open("/dev/null")?;
    for (from, to) in [(nothing.as_raw_fd(), libc::STDIN_FILENO), (libc::STDERR_FILENO, libc::STDOUT_FILENO)]
    {
        // SAFETY: both descriptors are open, and nothing else of this program uses standard input or output here.
        if unsafe { libc::dup2(from, to) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(Ends { input: Box::new(File::from(input)), output: Box::new(File::from(output)), far_end })
}
