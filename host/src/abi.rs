//! The ABI between a host and its modules: the source of `include/rp_module.h`, where its rules stand.
//!
//! `./dev header` turns this file into the header; every comment below is read there, as plain text, by people
//! who write C. Fields are added at the end and never change; a break is an `rp_module_v2`.
#![allow(non_camel_case_types)]
// The comments are laid out for the header: [tags] are no links, and aligned columns no code.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
use core::ffi::{c_char, c_void};

/// Version of this ABI; also the digit in rp_module_v1.
pub const RP_ABI_VERSION: u32 = 1;

/// Status: the reply holds a response, and its "status" is "success".
pub const RP_OK: i32 = 0;
/// Status: the reply holds a response, and its "status" is "error".
pub const RP_FAILED: i32 = 1;
/// Status without a response: memory ran out, or the reply reached its owner's limit.
pub const RP_ERR_NO_MEMORY: i32 = 2;
/// Status without a response: this module panicked or threw. Its instance is called no more.
pub const RP_ERR_PANIC: i32 = 3;
/// Status without a response: whoever asked no longer wants the answer.
pub const RP_ERR_CANCELLED: i32 = 4;

/// Flag of a module: handle_message may run on several threads at once for one instance.
pub const RP_CONCURRENT: u32 = 1;

/// Log level: something failed, and a person should know.
pub const RP_LOG_ERROR: i32 = 1;
/// Log level: something is odd, and the work went on.
pub const RP_LOG_WARN: i32 = 2;
/// Log level: what a person who runs the host likes to read.
pub const RP_LOG_INFO: i32 = 3;
/// Log level: what helps the module's author.
pub const RP_LOG_DEBUG: i32 = 4;
/// Log level: every step.
pub const RP_LOG_TRACE: i32 = 5;

/// Result of an ABI function: RP_OK, RP_FAILED or one of RP_ERR_...
///
/// RP_OK and RP_FAILED mean that the reply holds a response; every other value, a negative or
/// unknown one too, means that it holds none (RP_HAS_RESPONSE). The integer says the same as the
/// response's "status", so nobody need parse a response to learn whether it succeeded.
///
/// Why an integer: an enum from C with a value that Rust does not know is undefined behaviour there.
pub type rp_status = i32;

/// Borrowed text: a pointer and a length. Its layout is frozen for ever.
///
/// Whoever passes it owns the bytes; they are valid until the call that passed them returns
/// (rule 2).
#[repr(C)]
#[derive(Clone, Copy)]
pub struct rp_str {
    /// UTF-8 without a NUL at the end; never NULL, not even when len is 0.
    pub data: *const c_char,
    /// Length in bytes.
    pub len: usize,
}

/// One message, in either direction: a type and a payload.
///
/// Whoever sends it owns it; it is valid until the call that passed it returns (rule 2).
#[repr(C)]
pub struct rp_message {
    /// sizeof(rp_message) where it was made; nothing past it may be read (RP_HAS).
    pub struct_size: u32,
    /// 0. A bit that the receiver does not know is answered with code "not_supported".
    pub flags: u32,
    /// Numbers the message within its host; 0 in a message that a module sends.
    pub id: u64,
    /// The id of the message in whose service this one is sent, or 0 (rule 5).
    pub cause: u64,
    /// "init", "command", ...: see the table of messages above.
    pub r#type: rp_str,
    /// One JSON object.
    pub payload: rp_str,
}

/// The place where a response is written.
///
/// Whoever asks owns it and its memory; the callee appends to it for as long as the call lasts, with
/// rp_reply_write or by hand (rule 1).
#[repr(C)]
pub struct rp_reply {
    /// sizeof(rp_reply) where it was made; nothing past it may be read (RP_HAS).
    pub struct_size: u32,
    /// 0.
    pub flags: u32,
    /// The owner's; nobody else reads or writes it.
    pub context: *mut c_void,
    /// The bytes: len of them are written, capacity fit. grow may move it. May be NULL while
    /// capacity is 0.
    pub data: *mut c_char,
    /// Bytes written so far. It need not be 0 when a call begins, and never falls below that.
    pub len: usize,
    /// Bytes that fit.
    pub capacity: usize,
    /// Makes room. Never NULL.
    ///
    /// reply       the reply that holds this function, as it was passed
    /// additional  bytes wanted past len
    /// returns     RP_OK: capacity - len >= additional, and data may have moved;
    ///             RP_ERR_NO_MEMORY: the reply is as it was; hand this status on
    /// [reply]
    pub grow: Option<unsafe extern "C" fn(reply: *mut rp_reply, additional: usize) -> rp_status>,
}

/// What the host lends one instance: its services, as functions.
///
/// The host owns it; it is valid for the life of the process. Keep the pointer and pass it exactly
/// as create got it: never a copy of the struct, never another instance's (rule 11). The host sets
/// every function below; one that a later host adds at the end is there only if RP_HAS says so.
///
/// Why time and randomness come from here: they work in a sandbox too, and a recorded session
/// replays exactly.
#[repr(C)]
pub struct rp_host {
    /// sizeof(rp_host) where it was made; nothing past it may be read (RP_HAS).
    pub struct_size: u32,
    /// 0.
    pub flags: u32,
    /// The host's; nobody else reads or writes it.
    pub context: *mut c_void,
    /// Sends a message to the host, or through it to another module, and waits for the answer.
    ///
    /// host     the instance's own, as create got it
    /// message  owned by the caller; borrowed until this call returns; id is 0
    /// reply    owned by the caller; may be the reply of the message that is being answered
    /// returns  RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY or RP_ERR_CANCELLED without;
    ///          never RP_ERR_PANIC. Before init: an error response, code "not_initialized"
    /// [any-thread] [active] [may-block]
    pub send: Option<
        unsafe extern "C" fn(
            host: *const rp_host,
            message: *const rp_message,
            reply: *mut rp_reply,
        ) -> rp_status,
    >,
    /// Writes a line of log, for people.
    ///
    /// host        the instance's own, as create got it
    /// message_id  the message that the line is about, or 0
    /// level       RP_LOG_ERROR ... RP_LOG_TRACE
    /// text        owned by the caller; borrowed until this call returns; UTF-8 without a NUL;
    ///             never NULL
    /// len         length of text in bytes
    /// [any-thread] [alive]
    pub write_log: Option<
        unsafe extern "C" fn(
            host: *const rp_host,
            message_id: u64,
            level: i32,
            text: *const c_char,
            len: usize,
        ),
    >,
    /// Tells whether the answer to a message is still wanted: a hint, cheap enough for inner loops
    /// (rule 7).
    ///
    /// host        the instance's own, as create got it
    /// message_id  the message that is being answered; 0 asks whether the instance is being unloaded
    /// returns     0: still wanted; anything else: stop, and return RP_ERR_CANCELLED.
    ///             An id that is unknown or finished is not wanted
    /// [any-thread] [active]
    pub cancelled: Option<unsafe extern "C" fn(host: *const rp_host, message_id: u64) -> i32>,
    /// Tells the time.
    ///
    /// host     the instance's own, as create got it
    /// returns  microseconds since 1970-01-01 00:00 UTC
    /// [any-thread] [alive]
    pub now_us: Option<unsafe extern "C" fn(host: *const rp_host) -> i64>,
    /// Fills memory with random bytes of cryptographic quality.
    ///
    /// host  the instance's own, as create got it
    /// data  owned by the caller; written until this call returns; may be NULL when len is 0
    /// len   length of data in bytes
    /// [any-thread] [alive]
    pub random: Option<unsafe extern "C" fn(host: *const rp_host, data: *mut c_void, len: usize)>,
}

/// What a module is: its manifest and its functions. RP_MODULE makes one.
///
/// The module owns it; it is constant, valid while the library is mapped, and lies inside the
/// library (rule 10).
#[repr(C)]
pub struct rp_module {
    /// sizeof(rp_module) where it was made; nothing past it is read.
    pub struct_size: u32,
    /// 0 or RP_CONCURRENT. A bit that the host does not know refuses the module.
    pub flags: u32,
    /// The manifest, the same text as rp_manifest: JSON with a NUL at the end, at most 64 KiB
    /// without it.
    pub manifest: *const c_char,
    /// Makes an instance. Never NULL.
    ///
    /// host     the instance's own; owned by the host, valid for the life of the process. Of its
    ///          functions only write_log, now_us and random work yet
    /// returns  the instance, owned by the module; the host only passes it back. NULL: could not
    ///          be made
    /// [any-thread] [may-block] [may-call-host]
    pub create: Option<unsafe extern "C" fn(host: *const rp_host) -> *mut c_void>,
    /// Ends an instance: joins its threads and frees what it holds. Never NULL.
    ///
    /// instance  what create returned; no call for it runs or follows
    /// [instance] [may-block] [may-call-host]
    pub destroy: Option<unsafe extern "C" fn(instance: *mut c_void)>,
    /// Answers one message. Never NULL.
    ///
    /// instance  what create returned
    /// message   owned by the host; borrowed until this call returns
    /// reply     owned by the host; the response is appended to it until this call returns, and
    ///           counts only when the result has a response
    /// returns   RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY, RP_ERR_PANIC or
    ///           RP_ERR_CANCELLED without
    /// [instance] [may-block] [may-call-host]
    pub handle_message: Option<
        unsafe extern "C" fn(
            instance: *mut c_void,
            message: *const rp_message,
            reply: *mut rp_reply,
        ) -> rp_status,
    >,
}

/// The entry: the one function that a host looks for in a library. RP_MODULE defines it.
///
/// returns  the table; owned by the module, constant, valid while the library is mapped; never
///          NULL, and the same each time. The call has no effect
/// [any-thread]
// rustc never compiles this; cbindgen makes the prototype of it. A module defines the function, not the host.
#[cfg(all(cbindgen, not(rp_no_entry)))]
#[unsafe(no_mangle)]
pub extern "C" fn rp_module_v1() -> *const rp_module {}
