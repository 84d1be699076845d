//! Notices that a module ends the process: by `exit` of the C library that it shares with `rp`, or by whatever else calls
//! `ExitProcess`, as every C library does. The system tells the program itself last, by a callback in its table of thread-local
//! storage.

use std::ffi::c_void;
use std::ptr;
use std::sync::OnceLock;

/// The reason that the system gives at the end of the process.
const DLL_PROCESS_DETACH: u32 = 0;

static HANDLER: OnceLock<extern "C" fn()> = OnceLock::new();

/// Has `handler` called, perhaps twice, when the process ends by `exit` or `ExitProcess`, on the thread that ends it. Call it once.
pub fn on_exit(handler: extern "C" fn()) {
    HANDLER.get_or_init(|| handler);
    // SAFETY: atexit(3) keeps the pointer to a function for the life of the process.
    let _registered = unsafe { libc::atexit(at_exit) };
    // SAFETY: it is a static; reading it keeps the linker from leaving it out.
    let _kept = unsafe { ptr::from_ref(&CALLBACK).read_volatile() };
}

extern "C" fn at_exit() {
    // SAFETY: fflush(3) of NULL writes what C code has printed so far, as `exit` would do after this handler.
    unsafe { libc::fflush(ptr::null_mut()) };
    if let Some(handler) = HANDLER.get() {
        handler();
    }
}

/// The linker sorts what is in these sections by name. This one comes before that of Rust's runtime (XLB), which drops
/// thread-local values.
#[unsafe(link_section = ".CRT$XLAB")]
#[used]
static CALLBACK: unsafe extern "system" fn(*mut c_void, u32, *mut c_void) = callback;

unsafe extern "system" fn callback(_module: *mut c_void, reason: u32, _reserved: *mut c_void) {
    if let (DLL_PROCESS_DETACH, Some(handler)) = (reason, HANDLER.get()) {
        handler();
    }
}
