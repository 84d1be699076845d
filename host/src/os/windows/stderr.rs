//! Standard error without std, whose locks may be held.

use std::ptr;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::Storage::FileSystem::WriteFile;
use windows_sys::Win32::System::Console::{GetConsoleMode, GetStdHandle, STD_ERROR_HANDLE, WriteConsoleW};

/// Writes UTF-8 to standard error; takes no lock, and allocates nothing. What cannot be written is lost.
pub(crate) fn write_at_end(bytes: &[u8]) {
    let mut mode = 0;
    // SAFETY: GetStdHandle answers any handle, which GetConsoleMode refuses where it is no console.
    let (handle, is_console) = unsafe {
        let handle = GetStdHandle(STD_ERROR_HANDLE);
        (handle, GetConsoleMode(handle, &raw mut mode) != 0)
    };
    if is_console { to_console(handle, bytes) } else { to_file(handle, bytes) }
}

fn to_file(handle: HANDLE, bytes: &[u8]) {
    let mut rest = bytes;
    while !rest.is_empty() {
        let (len, mut written) = (u32::try_from(rest.len()).unwrap_or(u32::MAX), 0);
        // SAFETY: `rest` is at least `len` bytes, and the handle is not overlapped.
        let is_done = unsafe { WriteFile(handle, rest.as_ptr(), len, &raw mut written, ptr::null_mut()) };
        if is_done == 0 || written == 0 {
            return;
        }
        rest = &rest[written as usize..];
    }
}

/// As UTF-16, whatever the console's code page.
fn to_console(handle: HANDLE, bytes: &[u8]) {
    let mut units = [0_u16; 256];
    let mut len = 0;
    let write = |units: &[u16]| {
        let len = u32::try_from(units.len()).unwrap_or(0);
        // SAFETY: `units` has `len` units, and the handle is that of a console.
        unsafe { WriteConsoleW(handle, units.as_ptr(), len, ptr::null_mut(), ptr::null()) };
    };
    for c in String::from_utf8_lossy(bytes).chars() {
        if len + 2 > units.len() {
            write(&units[..len]);
            len = 0;
        }
        len += c.encode_utf16(&mut units[len..]).len();
    }
    write(&units[..len]);
}
