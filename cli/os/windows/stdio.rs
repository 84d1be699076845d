//! Standard input and output, taken away from the modules.

use std::fs::File;
use std::io::{self, IsTerminal, Read, Write};
use std::os::windows::io::AsHandle;
use std::ptr;

use windows_sys::Win32::Foundation::HANDLE;
use windows_sys::Win32::System::Console::{STD_INPUT_HANDLE, STD_OUTPUT_HANDLE, SetStdHandle};

use super::pipe::FarEnd;
use crate::os::terms::Ends;

/// Takes standard input and output away from the modules: what they print goes to standard error from now on, and they find
/// nothing to read. A console stays with them, since only std reads and writes it as UTF-8.
pub fn take_stdio() -> io::Result<Ends<FarEnd>> {
    let (stdin, stdout) = (io::stdin(), io::stdout());
    let input: Box<dyn Read + Send> = match stdin.is_terminal() {
        true => Box::new(stdin),
        false => {
            let own = stdin.as_handle().try_clone_to_owned()?;
            replace(0, nothing()?, STD_INPUT_HANDLE)?;
            Box::new(File::from(own))
        }
    };
    let output: Box<dyn Write + Send> = match stdout.is_terminal() {
        true => Box::new(stdout),
        false => {
            let own = stdout.as_handle().try_clone_to_owned()?;
            replace(1, 2, STD_OUTPUT_HANDLE)?;
            Box::new(File::from(own))
        }
    };
    Ok(Ends { input, output, far_end: None })
}

/// A descriptor that has nothing to read.
fn nothing() -> io::Result<i32> {
    // SAFETY: the name ends with a NUL.
    let nothing = unsafe { libc::open(c"NUL".as_ptr(), libc::O_RDONLY) };
    if nothing < 0 { Err(io::Error::last_os_error()) } else { Ok(nothing) }
}

/// Puts one descriptor of the C library in the place of another, and its handle in that of the system, where other C libraries and
/// Rust look.
fn replace(descriptor: i32, by: i32, place: u32) -> io::Result<()> {
    // SAFETY: the C library opens the first three descriptors at its start, and `by` is one of them or was just opened. Nothing
    // else of this program uses standard input or output here.
    let is_replaced = unsafe {
        libc::dup2(by, descriptor) >= 0
            && SetStdHandle(
                place,
                ptr::with_exposed_provenance_mut::<core::ffi::c_void>(
                    libc::get_osfhandle(descriptor).cast_unsigned(),
                ) as HANDLE,
            ) != 0
    };
    if is_replaced { Ok(()) } else { Err(io::Error::last_os_error()) }
}
