//! What a module may not change for the rest of the process.

use windows_sys::Win32::Storage::FileSystem::GetFileType;
use windows_sys::Win32::System::Console::{
    GetConsoleMode, GetStdHandle, STD_ERROR_HANDLE, STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
};
use windows_sys::Win32::System::Diagnostics::Debug::SetUnhandledExceptionFilter;
use windows_sys::Win32::System::Pipes::GetNamedPipeHandleStateW;

use super::runtimes::{Runtime, runtimes};
use crate::os::{Gap, Told};

/// One property of each C library.
fn of_each(look: impl Fn(&Runtime) -> Option<String>) -> Told<String> {
    let told = |runtime: Runtime| Some(format!("{} in {}", look(&runtime)?, runtime.name));
    Ok(runtimes().into_iter().filter_map(told).collect::<Vec<_>>().join(", "))
}

/// The mask of new files' permissions, which the C libraries have.
pub(crate) fn umask() -> Told<String> {
    of_each(|runtime| Some(format!("{:03o}", runtime.umask()?)))
}

/// The locale of each C library.
pub(crate) fn locale() -> Told<String> {
    of_each(Runtime::locale)
}

/// What each signal does whose action is not the default, in each C library, and what is called for an exception that
/// nobody handles.
pub(crate) fn signal_handlers() -> Told<String> {
    // SAFETY: the filter is set back at once; there is no other way to read it.
    let filter = unsafe {
        let filter = SetUnhandledExceptionFilter(None);
        SetUnhandledExceptionFilter(filter);
        filter.map_or(0, |filter| filter as usize)
    };
    let signals = of_each(|runtime| {
        let own = SIGNALS.iter().filter_map(|(number, name)| {
            let handler = runtime.signal_handler(*number).filter(|handler| *handler != 0)?;
            Some(format!("{name}: {handler:#x}"))
        });
        let own: Vec<_> = own.collect();
        Some(if own.is_empty() { "the default".to_owned() } else { own.join(", ") })
    })?;
    Ok(format!("{signals}; exceptions: {filter:#x}"))
}

/// The signals of C libraries on Windows, which are not signals of the system.
const SIGNALS: [(i32, &str); 7] = [
    (2, "SIGINT"),
    (4, "SIGILL"),
    (8, "SIGFPE"),
    (11, "SIGSEGV"),
    (15, "SIGTERM"),
    (21, "SIGBREAK"),
    (22, "SIGABRT"),
];

/// The signals that this thread blocks.
pub(crate) fn signal_mask() -> Told<String> {
    Err(Gap::Lacks("Windows has no signal masks"))
}

/// What the standard streams refer to: their handles, the kind of what those stand for, and its mode.
pub(crate) fn stdio() -> Told<String> {
    let stream = |(name, number): (&str, u32)| {
        let (mut console, mut pipe) = (0, 0);
        // SAFETY: the functions fail for a handle that is not open or of another kind, and write the mode otherwise.
        unsafe {
            let handle = GetStdHandle(number);
            GetConsoleMode(handle, &mut console);
            let nothing = core::ptr::null_mut();
            GetNamedPipeHandleStateW(handle, &mut pipe, nothing, nothing, nothing, nothing.cast(), 0);
            let kind = GetFileType(handle);
            format!("{name}: handle {:#x}, kind {kind}, mode {console:#x} {pipe:#x}", handle as usize)
        }
    };
    let streams = [("input", STD_INPUT_HANDLE), ("output", STD_OUTPUT_HANDLE), ("error", STD_ERROR_HANDLE)];
    Ok(streams.map(stream).join("; "))
}
