//! How a process ended.

use std::process::ExitStatus;

use windows_sys::Win32::Foundation as codes;
use windows_sys::Win32::Foundation::NTSTATUS;

/// What `crash_of` says of a process that called abort: since Windows 8 that is a "fast fail", whose code this is. Older C
/// libraries end with the exit code 3 instead.
pub(crate) const ABORTED: &str = "STATUS_STACK_BUFFER_OVERRUN (0xC0000409)";

const NAMES: [(NTSTATUS, &str); 19] = [
    (codes::STATUS_ACCESS_VIOLATION, "STATUS_ACCESS_VIOLATION"),
    (codes::STATUS_ARRAY_BOUNDS_EXCEEDED, "STATUS_ARRAY_BOUNDS_EXCEEDED"),
    (codes::STATUS_ASSERTION_FAILURE, "STATUS_ASSERTION_FAILURE"),
    (codes::STATUS_BREAKPOINT, "STATUS_BREAKPOINT"),
    (codes::STATUS_CONTROL_C_EXIT, "STATUS_CONTROL_C_EXIT"),
    (codes::STATUS_DATATYPE_MISALIGNMENT, "STATUS_DATATYPE_MISALIGNMENT"),
    (codes::STATUS_DLL_INIT_FAILED, "STATUS_DLL_INIT_FAILED"),
    (codes::STATUS_DLL_NOT_FOUND, "STATUS_DLL_NOT_FOUND"),
    (codes::STATUS_ENTRYPOINT_NOT_FOUND, "STATUS_ENTRYPOINT_NOT_FOUND"),
    (codes::STATUS_FLOAT_DIVIDE_BY_ZERO, "STATUS_FLOAT_DIVIDE_BY_ZERO"),
    (codes::STATUS_GUARD_PAGE_VIOLATION, "STATUS_GUARD_PAGE_VIOLATION"),
    (codes::STATUS_HEAP_CORRUPTION, "STATUS_HEAP_CORRUPTION"),
    (codes::STATUS_ILLEGAL_INSTRUCTION, "STATUS_ILLEGAL_INSTRUCTION"),
    (codes::STATUS_IN_PAGE_ERROR, "STATUS_IN_PAGE_ERROR"),
    (codes::STATUS_INTEGER_DIVIDE_BY_ZERO, "STATUS_INTEGER_DIVIDE_BY_ZERO"),
    (codes::STATUS_NO_MEMORY, "STATUS_NO_MEMORY"),
    (codes::STATUS_PRIVILEGED_INSTRUCTION, "STATUS_PRIVILEGED_INSTRUCTION"),
    (codes::STATUS_STACK_BUFFER_OVERRUN, "STATUS_STACK_BUFFER_OVERRUN"),
    (codes::STATUS_STACK_OVERFLOW, "STATUS_STACK_OVERFLOW"),
];

/// The exception that ended a process: its exit code is that of the exception then.
pub(crate) fn crash_of(status: ExitStatus) -> Option<String> {
    let code = status.code()?;
    // What an exit code of a program's own does not begin with: warnings, errors, and the exceptions of languages.
    let is_exception = matches!(code.cast_unsigned() >> 28, 0x8 | 0xC | 0xE);
    let name = NAMES.iter().find(|(known, _)| *known == code).map(|(_, name)| *name);
    is_exception.then(|| format!("{} (0x{code:08X})", name.unwrap_or("exception")))
}
