//! A file in memory.

use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::{Mutex, PoisonError};

static FILE: Mutex<Option<File>> = Mutex::new(None);

/// A path to a file with these bytes, the same for all inputs of a target.
pub fn path(bytes: &[u8]) -> String {
    let mut file = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let file = file.get_or_insert_with(new_file);
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(bytes)).expect("written");
    format!("/proc/self/fd/{}", file.as_raw_fd())
}

fn new_file() -> File {
    // SAFETY: the name is NUL-terminated; a new descriptor is nobody else's.
    unsafe {
        let descriptor = libc::memfd_create(c"fuzzed".as_ptr(), 0);
        assert!(descriptor >= 0, "memfd_create failed");
        File::from_raw_fd(descriptor)
    }
}
