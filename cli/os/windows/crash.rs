//! Tells of structured exceptions that nobody handles, and of `abort` of the C library that `rp` shares with modules. The process
//! then ends as it would have, with the same exit code. `__fastfail`, by which newer C libraries and Rust abort, ends it before
//! anybody is told.

use std::ffi::c_int;
use std::sync::OnceLock;

use windows_sys::Win32::Foundation as status;
use windows_sys::Win32::Foundation::NTSTATUS;
use windows_sys::Win32::System::Diagnostics::Debug::{
    EXCEPTION_POINTERS, EXCEPTION_RECORD, SetUnhandledExceptionFilter,
};

use crate::os::terms::Crash;

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

static TELL: OnceLock<fn(Crash)> = OnceLock::new();

/// Has `tell` called on the thread that crashes. Of a stack that is full, it gets what Rust's runtime keeps free for its own
/// message. Call it once.
pub fn on_crash(tell: fn(Crash)) {
    TELL.get_or_init(|| tell);
    // SAFETY: the filter is a function, which stays; signal(3) of the C library keeps a function too.
    unsafe {
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
        tell(crash(unsafe { &*(*exception).ExceptionRecord }));
    }
    END
}

fn crash(record: &EXCEPTION_RECORD) -> Crash {
    let code = record.ExceptionCode;
    let has_address = [status::STATUS_ACCESS_VIOLATION, status::STATUS_IN_PAGE_ERROR].contains(&code)
        && record.NumberParameters > 1;
    Crash {
        name: EXCEPTIONS.iter().find(|(number, _)| *number == code).map(|(_, name)| *name),
        number: code.cast_unsigned(),
        // The first word says whether it was read or written, the second where.
        address: has_address.then_some(record.ExceptionInformation[1]),
    }
}

extern "C" fn on_abort(_signal: c_int) {
    if let Some(tell) = TELL.get() {
        tell(Crash { name: Some("SIGABRT"), number: libc::SIGABRT.unsigned_abs(), address: None });
    }
}
