//! Arbitrary files: what `rp inspect` and the first step of every load read before any code runs.
#![no_main]

use std::fs::File;
use std::io::{Seek, Write};
use std::os::fd::{AsRawFd, FromRawFd};
use std::sync::Mutex;

use libfuzzer_sys::fuzz_target;

/// In memory, and the same for all inputs.
static FILE: Mutex<Option<File>> = Mutex::new(None);

fuzz_target!(|data: &[u8]| {
    let mut file = FILE.lock().expect("one thread");
    let file = file.get_or_insert_with(new_file);
    file.set_len(0).and_then(|()| file.rewind()).and_then(|()| file.write_all(data)).expect("written");
    match rp_host::inspect(format!("/proc/self/fd/{}", file.as_raw_fd())) {
        Ok(found) => {
            assert_eq!(found.manifest.is_some(), found.manifest_text.is_some());
            assert!(found.symbols.is_sorted(), "{:?}", found.symbols);
            assert_eq!(found.size, data.len() as u64);
        }
        Err(error) => assert!(error.to_string().len() > 10, "{error:?}"),
    }
});

fn new_file() -> File {
    // SAFETY: the name is NUL-terminated; a new descriptor is nobody else's.
    unsafe {
        let descriptor = libc::memfd_create(c"loader".as_ptr(), 0);
        assert!(descriptor >= 0, "memfd_create failed");
        File::from_raw_fd(descriptor)
    }
}
