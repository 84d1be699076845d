//! Tells of structured exceptions that nobody handles, and of `abort` of the C library that the program shares with modules. The process
//! then ends as it would have, with the same exit code. `__fastfail`, by which newer C libraries and Rust abort, ends it before
//! anybody is told.

use std::ffi::c_int;
use std::fmt;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use windows_sys::Win32::Foundation as status;
use windows_sys::Win32::Foundation::{LocalFree, NTSTATUS};
use windows_sys::Win32::System::Diagnostics::Debug::{
    EXCEPTION_POINTERS, EXCEPTION_RECORD, SetUnhandledExceptionFilter,
};
use windows_sys::Win32::System::Threading::{GetCurrentThread, GetCurrentThreadId, GetThreadDescription};

use super::super::own_crash::OwnCrash;

/// The exceptions that a module may crash with.
const EXCEPTIONS: [(NTSTATUS, &str); 14] = [
    (status::STATUS_ACCESS_VIOLATION, "STATUS_ACCESS_VIOLATION"),
    (status::STATUS_IN_PAGE_ERROR, "STATUS_IN_PAGE_ERROR"),
    (status::STATUS_STACK_OVERFLOW, "STATUS_STACK_OVERFLOW"),
    (status::STATUS_ILLEGAL_INSTRUCTION, "STATUS_ILLEGAL_INSTRUCTION"),
    (status::STATUS_PRIVILEGED_INSTRUCTION, "STATUS_PRIVILEGED_INSTRUCTION"),
    (status::STATUS_INTEGER_DIVIDE_BY_ZERO, "STATUS_INTEGER_DIVIDE_BY_ZERO"),
    (status::STATUS_INTEGER_OVERFLOW, "STATUS_INTEGER_OVERFLOW"),
    (status::STATUS_FLOAT_DIVIDE_BY_ZERO, "STATUS_FLOAT_DIVIDE_BY_ZERO"),
    (status::STATUS_BREAKPOINT, "STATUS_BREAKPOINT"),
    (status::STATUS_DATATYPE_MISALIGNMENT, "STATUS_DATATYPE_MISALIGNMENT"),
    (status::STATUS_STACK_BUFFER_OVERRUN, "STATUS_STACK_BUFFER_OVERRUN"),
    (status::STATUS_HEAP_CORRUPTION, "STATUS_HEAP_CORRUPTION"),
    // "msc" and "GCC" behind an E and a 2: what the compilers throw.
    (0xE06D_7363_u32.cast_signed(), "an exception of C++"),
    (0x2047_4343, "an exception of C++"),
];

/// The number of the thread that called [`on_own_crash`], which has no name; no thread has 0.
static MAIN: AtomicU32 = AtomicU32::new(0);
static TELL: OnceLock<fn(&OwnCrash)> = OnceLock::new();

/// Has `tell` called on the thread that crashes. Of a stack that is full, it gets what Rust's runtime keeps free for its own
/// message. Call it once.
pub(crate) fn on_own_crash(tell: fn(&OwnCrash)) {
    TELL.get_or_init(|| tell);
    // SAFETY: the filter is a function, which stays; signal(3) of the C library keeps a function too. GetCurrentThreadId has no
    // arguments.
    unsafe {
        MAIN.store(GetCurrentThreadId(), Ordering::Relaxed);
        SetUnhandledExceptionFilter(Some(filter));
        libc::signal(libc::SIGABRT, on_abort as *const () as libc::sighandler_t);
    }
}

unsafe extern "system" fn filter(exception: *const EXCEPTION_POINTERS) -> i32 {
    // What the system documents as EXCEPTION_EXECUTE_HANDLER: the code of the exception becomes the exit code, and no debugger
    // is started and waited for.
    const END: i32 = 1;
    if let Some(tell) = TELL.get() {
        // SAFETY: the system passes pointers to a record that lives until the filter returns.
        tell(&crash(unsafe { &*(*exception).ExceptionRecord }));
    }
    END
}

fn crash(record: &EXCEPTION_RECORD) -> OwnCrash {
    let code = record.ExceptionCode;
    let has_address = [status::STATUS_ACCESS_VIOLATION, status::STATUS_IN_PAGE_ERROR].contains(&code)
        && record.NumberParameters > 1;
    OwnCrash {
        name: EXCEPTIONS.iter().find(|(number, _)| *number == code).map(|(_, name)| *name),
        number: code.cast_unsigned(),
        // The first word says whether it was read or written, the second where.
        address: has_address.then_some(record.ExceptionInformation[1]),
        context: std::ptr::null_mut(),
    }
}

extern "C" fn on_abort(_signal: c_int) {
    if let Some(tell) = TELL.get() {
        let (name, number) = (Some("SIGABRT"), libc::SIGABRT.unsigned_abs());
        tell(&OwnCrash { name, number, address: None, context: std::ptr::null_mut() });
    }
}

/// Whether a crash of another thread is being told: the system tells of one at a time.
pub(crate) fn another_thread_crashes() -> bool {
    false
}

/// Nothing is waited for.
pub(crate) fn wait_for_crash() {}

/// Calls `write` with the name of this thread, if it has one.
pub(crate) fn with_thread_name(write: impl FnOnce(&str) -> fmt::Result) -> fmt::Result {
    // SAFETY: GetCurrentThreadId has no arguments and cannot fail.
    if unsafe { GetCurrentThreadId() } == MAIN.load(Ordering::Relaxed) {
        return write("main");
    }
    let mut name = std::ptr::null_mut();
    // SAFETY: the handle is that of this thread, and `name` is where the text is put.
    if unsafe { GetThreadDescription(GetCurrentThread(), &raw mut name) } < 0 || name.is_null() {
        return Ok(());
    }
    let mut text = [0_u8; 64];
    // SAFETY: GetThreadDescription gave a text that ends with a NUL, and nobody else has it.
    let units = (0..).map(|at| unsafe { *name.add(at) }).take_while(|unit| *unit != 0);
    let len = char::decode_utf16(units).fold(0, |len, c| {
        let c = c.unwrap_or(char::REPLACEMENT_CHARACTER);
        text.get_mut(len..len + c.len_utf8()).map_or(len, |room| len + c.encode_utf8(room).len())
    });
    // SAFETY: it is to be freed so, and is not used any more.
    unsafe { LocalFree(name.cast()) };
    match std::str::from_utf8(&text[..len]) {
        Ok(name) if !name.is_empty() => write(name),
        _ => Ok(()),
    }
}
