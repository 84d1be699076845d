//! The ABI, as bindgen reads it from `include/rp_module.h`. That header also holds the rules.
//!
//! Generated: `./dev header` rewrites this file, and no module needs libclang.
#![cfg_attr(rustfmt, rustfmt_skip)]
// The names and comments are those of the C header.
#![allow(non_camel_case_types, rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
// A module needs a part of it.
#![allow(dead_code)]

use core::mem::offset_of;

/// Version of this ABI; also the digit in rp_module_v1. Since ABI 1.
pub const RP_ABI_VERSION: u32 = 1;
/// Status: the reply holds a response whose "status" is "success". Since ABI 1.
pub const RP_OK: i32 = 0;
/// Status: the reply holds a response whose "status" is "error".
pub const RP_FAILED: i32 = 1;
/// Status without a response: out of memory, or the reply reached its owner's limit.
pub const RP_ERR_NO_MEMORY: i32 = 2;
/// Status without a response: the module panicked or threw. Its instance is not called again.
pub const RP_ERR_PANIC: i32 = 3;
/// Status without a response: the answer is no longer wanted.
pub const RP_ERR_CANCELLED: i32 = 4;
/// Module flag: handle_message may run on several threads at once for one instance. Since ABI 1.
pub const RP_CONCURRENT: u32 = 1;
/// Log level: something failed and needs attention. Since ABI 1.
pub const RP_LOG_ERROR: i32 = 1;
/// Log level: something is wrong, but work goes on.
pub const RP_LOG_WARN: i32 = 2;
/// Log level: normal operational messages.
pub const RP_LOG_INFO: i32 = 3;
/// Log level: details for the module's author.
pub const RP_LOG_DEBUG: i32 = 4;
/// Log level: every step.
pub const RP_LOG_TRACE: i32 = 5;
/// Result of an ABI function: RP_OK, RP_FAILED or one of RP_ERR_... Since ABI 1.
///
/// RP_OK and RP_FAILED mean that the reply holds a response. Every other value, negative and unknown
/// ones included, means that it holds none (RP_HAS_RESPONSE). The integer says the same as the
/// response's "status", so the caller need not parse a response to learn whether it succeeded.
///
/// Why an integer: a C enum with a value that Rust does not know is undefined behaviour in Rust.
pub type rp_status = i32;
/// Borrowed text: a pointer and a length. This layout never changes. Since ABI 1.
///
/// The side that passes it owns the bytes; they are valid until the call that passed them returns
/// (rule 2).
#[repr(C)]
#[derive(Copy, Clone)]
pub struct rp_str {
    /// UTF-8 without a terminating NUL; never NULL, not even when len is 0.
    pub data: *const core::ffi::c_char,
    /// Length in bytes.
    pub len: usize,
}
/// A message, in either direction: a type and a payload. Since ABI 1.
///
/// The sender owns it; it is valid until the call that passed it returns (rule 2).
#[repr(C)]
pub struct rp_message {
    /// sizeof(rp_message) when the sender was compiled; read nothing beyond it (RP_HAS).
    pub struct_size: u32,
    /// Reserved: 0. If a bit that you do not know is set, answer with code "not_supported".
    pub flags: u32,
    /// Identifies the message within its host; 0 in a message that a module sends.
    pub id: u64,
    /// The id of the message on whose behalf this one is sent, or 0 (rule 5).
    pub cause: u64,
    /// "init", "command", ...: see the table under MESSAGES.
    pub r#type: rp_str,
    /// One JSON object.
    pub payload: rp_str,
}
/// The buffer for a response. Since ABI 1.
///
/// The side that asks owns it and its memory. The callee appends to it until the call returns, with
/// rp_reply_write or by hand (rule 1).
#[repr(C)]
pub struct rp_reply {
    /// sizeof(rp_reply) when its owner was compiled; read nothing beyond it (RP_HAS).
    pub struct_size: u32,
    /// Reserved: 0.
    pub flags: u32,
    /// Private to the owner.
    pub context: *mut core::ffi::c_void,
    /// The memory, which holds len bytes so far. grow may move it. May be NULL while capacity is 0.
    pub data: *mut core::ffi::c_char,
    /// Bytes written so far; need not be 0 on entry. Never lower it below its value on entry.
    pub len: usize,
    /// Size of the memory, in bytes.
    pub capacity: usize,
    /// Makes room. Never NULL.
    ///
    /// reply       the reply that holds this function, as it was passed
    /// additional  bytes wanted past len
    /// returns     RP_OK: capacity - len >= additional, and data may have moved;
    ///             RP_ERR_NO_MEMORY: the reply is unchanged; return this status
    /// [reply]
    pub grow: ::core::option::Option<
        unsafe extern "C" fn(reply: *mut rp_reply, additional: usize) -> rp_status,
    >,
}
/// What the host offers one instance: its services, as functions. Since ABI 1.
///
/// The host owns it; it is valid for the life of the process. Keep the pointer and pass it exactly
/// as create got it: never a copy of the struct, never another instance's (rule 11). The host sets
/// every function below; one that a later version adds at the end is there only if RP_HAS says so.
///
/// Why time and randomness come from the host: they then work in a sandbox too, and a recorded
/// session replays exactly.
#[repr(C)]
pub struct rp_host {
    /// sizeof(rp_host) when the host was compiled; read nothing beyond it (RP_HAS).
    pub struct_size: u32,
    /// Reserved: 0.
    pub flags: u32,
    /// Private to the host.
    pub context: *mut core::ffi::c_void,
    /// Sends a message to the host, or through it to another module, and waits for the answer.
    ///
    /// host     the instance's own, as create got it
    /// message  owned by the caller; borrowed until this call returns; id is 0
    /// reply    owned by the caller; may be the reply of the message that is being answered
    /// returns  RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY or RP_ERR_CANCELLED without;
    ///          never RP_ERR_PANIC. Before init: an error response, code "not_initialized"
    /// [any-thread] [active] [may-block]
    pub send: ::core::option::Option<
        unsafe extern "C" fn(
            host: *const rp_host,
            message: *const rp_message,
            reply: *mut rp_reply,
        ) -> rp_status,
    >,
    /// Writes a log line, for people to read.
    ///
    /// host        the instance's own, as create got it
    /// message_id  the message that the line is about, or 0
    /// level       RP_LOG_ERROR ... RP_LOG_TRACE
    /// text        owned by the caller; borrowed until this call returns; UTF-8 without a NUL;
    ///             never NULL
    /// len         length of text in bytes
    /// [any-thread] [alive]
    pub write_log: ::core::option::Option<
        unsafe extern "C" fn(
            host: *const rp_host,
            message_id: u64,
            level: i32,
            text: *const core::ffi::c_char,
            len: usize,
        ),
    >,
    /// Tells whether the answer to a message is no longer wanted: a hint, cheap enough for inner
    /// loops (rule 7).
    ///
    /// host        the instance's own, as create got it
    /// message_id  the message that is being answered; 0 asks whether the instance is being unloaded
    /// returns     0: still wanted; anything else: stop, and return RP_ERR_CANCELLED. Non-zero
    ///             for an id that is unknown or finished
    /// [any-thread] [active]
    pub cancelled: ::core::option::Option<
        unsafe extern "C" fn(host: *const rp_host, message_id: u64) -> i32,
    >,
    /// Tells the time.
    ///
    /// host     the instance's own, as create got it
    /// returns  microseconds since 1970-01-01 00:00 UTC
    /// [any-thread] [alive]
    pub now_us: ::core::option::Option<
        unsafe extern "C" fn(host: *const rp_host) -> i64,
    >,
    /// Fills memory with cryptographically secure random bytes.
    ///
    /// host  the instance's own, as create got it
    /// data  owned by the caller; written until this call returns; may be NULL when len is 0
    /// len   length of data in bytes
    /// [any-thread] [alive]
    pub random: ::core::option::Option<
        unsafe extern "C" fn(
            host: *const rp_host,
            data: *mut core::ffi::c_void,
            len: usize,
        ),
    >,
}
/// What a module is: its manifest and its functions. RP_MODULE makes one. Since ABI 1.
///
/// The module owns it; it is constant, valid while the library is mapped, and lies inside the
/// library (rule 10).
#[repr(C)]
pub struct rp_module {
    /// sizeof(rp_module) when the module was compiled; the host reads nothing beyond it.
    pub struct_size: u32,
    /// 0 or RP_CONCURRENT. The host refuses a module that sets a bit unknown to the host.
    pub flags: u32,
    /// The manifest, the same text as rp_manifest: JSON with a terminating NUL, at most 64 KiB
    /// without it.
    pub manifest: *const core::ffi::c_char,
    /// Makes an instance. Never NULL.
    ///
    /// host     the instance's own; owned by the host, valid for the life of the process. Until
    ///          create returns, only its write_log, random and now_us work
    /// returns  the instance, owned by the module; the host only passes it back. NULL: it could
    ///          not be made
    /// [any-thread] [may-block] [may-call-host]
    pub create: ::core::option::Option<
        unsafe extern "C" fn(host: *const rp_host) -> *mut core::ffi::c_void,
    >,
    /// Ends an instance: joins its threads and frees what it holds. Never NULL.
    ///
    /// instance  what create returned; no other call for it is running, and none follows
    /// [instance] [may-block] [may-call-host]
    pub destroy: ::core::option::Option<
        unsafe extern "C" fn(instance: *mut core::ffi::c_void),
    >,
    /// Answers one message. Never NULL.
    ///
    /// instance  what create returned
    /// message   owned by the host; borrowed until this call returns
    /// reply     owned by the host; append the response to it before this call returns. The
    ///           response counts only with RP_OK or RP_FAILED
    /// returns   RP_OK or RP_FAILED with a response; RP_ERR_NO_MEMORY, RP_ERR_PANIC or
    ///           RP_ERR_CANCELLED without
    /// [instance] [may-block] [may-call-host]
    pub handle_message: ::core::option::Option<
        unsafe extern "C" fn(
            instance: *mut core::ffi::c_void,
            message: *const rp_message,
            reply: *mut rp_reply,
        ) -> rp_status,
    >,
}

#[cfg(target_pointer_width = "64")]
const _: () = {
    assert!(size_of::<rp_str>() == 16);
    assert!(offset_of!(rp_str, data) == 0);
    assert!(offset_of!(rp_str, len) == 8);
    assert!(size_of::<rp_message>() == 56);
    assert!(offset_of!(rp_message, struct_size) == 0);
    assert!(offset_of!(rp_message, flags) == 4);
    assert!(offset_of!(rp_message, id) == 8);
    assert!(offset_of!(rp_message, cause) == 16);
    assert!(offset_of!(rp_message, r#type) == 24);
    assert!(offset_of!(rp_message, payload) == 40);
    assert!(size_of::<rp_reply>() == 48);
    assert!(offset_of!(rp_reply, struct_size) == 0);
    assert!(offset_of!(rp_reply, flags) == 4);
    assert!(offset_of!(rp_reply, context) == 8);
    assert!(offset_of!(rp_reply, data) == 16);
    assert!(offset_of!(rp_reply, len) == 24);
    assert!(offset_of!(rp_reply, capacity) == 32);
    assert!(offset_of!(rp_reply, grow) == 40);
    assert!(size_of::<rp_host>() == 56);
    assert!(offset_of!(rp_host, struct_size) == 0);
    assert!(offset_of!(rp_host, flags) == 4);
    assert!(offset_of!(rp_host, context) == 8);
    assert!(offset_of!(rp_host, send) == 16);
    assert!(offset_of!(rp_host, write_log) == 24);
    assert!(offset_of!(rp_host, cancelled) == 32);
    assert!(offset_of!(rp_host, now_us) == 40);
    assert!(offset_of!(rp_host, random) == 48);
    assert!(size_of::<rp_module>() == 40);
    assert!(offset_of!(rp_module, struct_size) == 0);
    assert!(offset_of!(rp_module, flags) == 4);
    assert!(offset_of!(rp_module, manifest) == 8);
    assert!(offset_of!(rp_module, create) == 16);
    assert!(offset_of!(rp_module, destroy) == 24);
    assert!(offset_of!(rp_module, handle_message) == 32);
};

#[cfg(target_pointer_width = "32")]
const _: () = {
    assert!(size_of::<rp_str>() == 8);
    assert!(offset_of!(rp_str, data) == 0);
    assert!(offset_of!(rp_str, len) == 4);
    assert!(size_of::<rp_message>() == 40);
    assert!(offset_of!(rp_message, struct_size) == 0);
    assert!(offset_of!(rp_message, flags) == 4);
    assert!(offset_of!(rp_message, id) == 8);
    assert!(offset_of!(rp_message, cause) == 16);
    assert!(offset_of!(rp_message, r#type) == 24);
    assert!(offset_of!(rp_message, payload) == 32);
    assert!(size_of::<rp_reply>() == 28);
    assert!(offset_of!(rp_reply, struct_size) == 0);
    assert!(offset_of!(rp_reply, flags) == 4);
    assert!(offset_of!(rp_reply, context) == 8);
    assert!(offset_of!(rp_reply, data) == 12);
    assert!(offset_of!(rp_reply, len) == 16);
    assert!(offset_of!(rp_reply, capacity) == 20);
    assert!(offset_of!(rp_reply, grow) == 24);
    assert!(size_of::<rp_host>() == 32);
    assert!(offset_of!(rp_host, struct_size) == 0);
    assert!(offset_of!(rp_host, flags) == 4);
    assert!(offset_of!(rp_host, context) == 8);
    assert!(offset_of!(rp_host, send) == 12);
    assert!(offset_of!(rp_host, write_log) == 16);
    assert!(offset_of!(rp_host, cancelled) == 20);
    assert!(offset_of!(rp_host, now_us) == 24);
    assert!(offset_of!(rp_host, random) == 28);
    assert!(size_of::<rp_module>() == 24);
    assert!(offset_of!(rp_module, struct_size) == 0);
    assert!(offset_of!(rp_module, flags) == 4);
    assert!(offset_of!(rp_module, manifest) == 8);
    assert!(offset_of!(rp_module, create) == 12);
    assert!(offset_of!(rp_module, destroy) == 16);
    assert!(offset_of!(rp_module, handle_message) == 20);
};
