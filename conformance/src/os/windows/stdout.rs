//! Standard output, whoever writes to it: programs in Rust ask the system for its handle each time, and each C library has
//! a descriptor of its own for it.

use core::ffi::c_int;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek};
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::{AsHandle, AsRawHandle, IntoRawHandle};

use windows_sys::Win32::Foundation::{HANDLE, HANDLE_FLAG_PROTECT_FROM_CLOSE, SetHandleInformation};
use windows_sys::Win32::Storage::FileSystem::FILE_FLAG_DELETE_ON_CLOSE;
use windows_sys::Win32::System::Console::{GetStdHandle, STD_ERROR_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle};

use super::runtimes::{Runtime, runtimes};
use crate::os::{Gap, Told};

/// Descriptors in each C library.
const STDOUT: c_int = 1;
const STDERR: c_int = 2;

/// Reserves standard output for reports; what the module prints goes to standard error from now on.
pub(crate) fn take_stdout() -> io::Result<File> {
    let own = io::stdout().as_handle().try_clone_to_owned()?;
    let runtimes = runtimes();
    keep_open(output());
    runtimes.iter().for_each(|runtime| runtime.redirect(STDERR, STDOUT));
    // SAFETY: the functions take a number and a handle that stays open.
    unsafe { SetStdHandle(STD_OUTPUT_HANDLE, GetStdHandle(STD_ERROR_HANDLE)) };
    Ok(own.into())
}

/// Runs `work` with standard output redirected into a file, and returns what was written.
pub(crate) fn with_stdout_caught(work: impl FnOnce()) -> Told<Vec<u8>> {
    caught(work).map_err(Gap::failed("standard output cannot be caught"))
}

fn caught(work: impl FnOnce()) -> io::Result<Vec<u8>> {
    let mut file = temporary_file()?;
    let before = output();
    keep_open(before);
    let mut kept = Vec::new();
    for runtime in runtimes() {
        kept.push((runtime, redirect(&runtime, &file)?));
    }
    // SAFETY: the file stays open until standard output is what it was.
    unsafe { SetStdHandle(STD_OUTPUT_HANDLE, file.as_raw_handle()) };
    work();
    for (runtime, descriptor) in kept {
        runtime.flush();
        runtime.redirect(descriptor, STDOUT);
        runtime.close(descriptor);
    }
    // SAFETY: the handle was standard output, and is kept open.
    unsafe { SetStdHandle(STD_OUTPUT_HANDLE, before) };
    let mut bytes = Vec::new();
    file.rewind()?;
    file.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Makes a C library write to the file; gives a descriptor for what it wrote to before.
fn redirect(runtime: &Runtime, file: &File) -> io::Result<c_int> {
    runtime.flush();
    let handle = file.try_clone()?.into_raw_handle();
    let (before, into) = (runtime.duplicate(STDOUT), runtime.adopt(handle as isize));
    if before < 0 || into < 0 {
        return Err(io::Error::other(format!("{} has no descriptor left", runtime.name)));
    }
    runtime.redirect(into, STDOUT);
    runtime.close(into);
    Ok(before)
}

fn output() -> HANDLE {
    // SAFETY: the function takes a number.
    unsafe { GetStdHandle(STD_OUTPUT_HANDLE) }
}

/// The descriptors of several C libraries stand for one handle, which the first that is redirected would close.
fn keep_open(handle: HANDLE) {
    // SAFETY: the handle is standard output; the function fails if it is none.
    unsafe { SetHandleInformation(handle, HANDLE_FLAG_PROTECT_FROM_CLOSE, HANDLE_FLAG_PROTECT_FROM_CLOSE) };
}

/// A file that is gone once it is closed.
fn temporary_file() -> io::Result<File> {
    let path = std::env::temp_dir().join(format!("rp-check-{}.out", std::process::id()));
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(true);
    options.custom_flags(FILE_FLAG_DELETE_ON_CLOSE).open(path)
}
