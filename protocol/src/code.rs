//! The standard codes of an error response. A module may add codes of its own.

/// The payload is not valid JSON.
pub const INVALID_JSON: &str = "invalid_json";
/// The payload is valid JSON of the wrong shape.
pub const INVALID_PAYLOAD: &str = "invalid_payload";
/// The module does not know the message type.
pub const UNKNOWN_TYPE: &str = "unknown_type";
/// The module has no command of that name.
pub const UNKNOWN_COMMAND: &str = "unknown_command";
/// The module was not initialized yet.
pub const NOT_INITIALIZED: &str = "not_initialized";
/// The module knows what is meant and does not offer it.
pub const NOT_SUPPORTED: &str = "not_supported";
/// What is named does not exist.
pub const NOT_FOUND: &str = "not_found";
/// The request does not fit the present state.
pub const CONFLICT: &str = "conflict";
/// The sender lacks a capability.
pub const DENIED: &str = "denied";
/// The asker no longer wants the answer.
pub const CANCELLED: &str = "cancelled";
/// The answer did not come in time.
pub const TIMEOUT: &str = "timeout";
/// Nobody is there to answer.
pub const UNAVAILABLE: &str = "unavailable";
/// The message or its answer exceeds a limit.
pub const TOO_LARGE: &str = "too_large";
/// The message would have to wait for itself.
pub const REENTRANT: &str = "reentrant";
/// The module that was asked panicked.
pub const PANIC: &str = "panic";
/// A fault inside the one who answers.
pub const INTERNAL: &str = "internal";

/// Every standard code.
pub const ALL: &[&str] = &[
    INVALID_JSON,
    INVALID_PAYLOAD,
    UNKNOWN_TYPE,
    UNKNOWN_COMMAND,
    NOT_INITIALIZED,
    NOT_SUPPORTED,
    NOT_FOUND,
    CONFLICT,
    DENIED,
    CANCELLED,
    TIMEOUT,
    UNAVAILABLE,
    TOO_LARGE,
    REENTRANT,
    PANIC,
    INTERNAL,
];
