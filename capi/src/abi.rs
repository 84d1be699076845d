//! Structs and callbacks of `include/rp_host.h`. Add fields at the end, and never change one.

use core::ffi::{c_char, c_void};

use host::abi::{rp_message, rp_reply, rp_status, rp_str};

use crate::cancel::rph_cancel;
use crate::error::rph_error;
use crate::reply::rph_reply;

/// A line of log. Its texts are borrowed until the callback returns.
#[repr(C)]
pub struct rph_log {
    /// sizeof(rph_log) when the library was compiled; read nothing beyond it.
    pub struct_size: u32,
    /// RP_LOG_ERROR ... RP_LOG_TRACE.
    pub level: i32,
    /// The message in whose service it was written, or 0.
    pub message_id: u64,
    /// The message in whose service that one was sent, or 0.
    pub cause: u64,
    /// The instance that wrote it, or "host".
    pub instance: rp_str,
    /// Its module, or "host".
    pub module: rp_str,
    /// What it wrote.
    pub text: rp_str,
}

/// How a call is made. NULL in its place: as if all of it were 0.
#[repr(C)]
pub struct rph_call_options {
    /// sizeof(rph_call_options).
    pub struct_size: u32,
    /// 0 or RPH_UNCHECKED.
    pub flags: u32,
    /// How long the answer is wanted, in microseconds; 0: without a time limit; less: no longer.
    pub timeout_us: i64,
    /// What takes the call back, or NULL; borrowed until the function returns.
    pub cancel: *const rph_cancel,
}

/// Told once, when a callback with this context is never called again. May be NULL wherever it is
/// asked for.
pub type rph_drop_fn = Option<unsafe extern "C" fn(context: *mut c_void)>;
/// Takes a line of log.
pub type rph_log_fn = Option<unsafe extern "C" fn(context: *mut c_void, line: *const rph_log)>;
/// Takes one JSON object, without a newline or a NUL behind it; borrowed until the callback
/// returns.
pub type rph_json_fn = Option<unsafe extern "C" fn(context: *mut c_void, json: *const c_char, len: usize)>;
/// Tells the time: microseconds since 1970-01-01 00:00 UTC.
pub type rph_clock_fn = Option<unsafe extern "C" fn(context: *mut c_void) -> i64>;
/// Fills len bytes.
pub type rph_random_fn = Option<unsafe extern "C" fn(context: *mut c_void, data: *mut c_void, len: usize)>;
/// Answers a message that the instance sender sent, by the contract of rp_module.handle_message: it
/// appends a whole response to the reply and returns RP_OK or RP_FAILED.
pub type rph_service_fn = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        sender: *const rp_str,
        message: *const rp_message,
        reply: *mut rp_reply,
    ) -> rp_status,
>;
/// Takes the outcome of an awaited call: an error, or a reply with its status. The one that is not
/// NULL is the callee's to free.
pub type rph_done_fn = Option<
    unsafe extern "C" fn(
        context: *mut c_void,
        error: *mut rph_error,
        reply: *mut rph_reply,
        status: rp_status,
    ),
>;
