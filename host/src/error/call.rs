//! Why a call, or an unload, brought no answer.

use std::time::Duration;

use rp_protocol::{ResponseFault, code};

use super::Fault;

/// Why a call brought no usable answer; each variant has a code of its own.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the texts are the documentation")]
pub enum CallFault {
    /// The module answered a typed call with an error response.
    #[error("{text} ({code})")]
    Answered { code: String, text: String, details: Option<serde_json::Value> },
    #[error("the instance is not available: {0}")]
    Unavailable(&'static str),
    #[error("the module panicked; the instance is dead from now on")]
    Panic,
    #[error("the module ran out of memory")]
    NoMemory,
    #[error("the response is larger than the limit of {limit} bytes")]
    TooLarge { limit: usize },
    #[error("the call was cancelled")]
    Cancelled,
    #[error("the deadline passed, and the module gave up")]
    Expired,
    /// The code of a sandboxed module went on all the same, so the host ended it.
    #[error("the call was cancelled, and the module went on: it was stopped, and the instance is dead")]
    CancelledAtWork,
    /// As above.
    #[error("the deadline passed, and the module went on: it was stopped, and the instance is dead")]
    ExpiredAtWork,
    #[error("the module answered RP_ERR_CANCELLED, though nobody took the message back")]
    CancelledUnasked,
    #[error("no turn within {}; the instance is busy", seconds(waited))]
    Timeout { waited: Duration },
    /// An unload was given up: `calls in flight`, or the `events` that the instance is at work on.
    #[error("its {step} did not end within {}; it stays loaded", seconds(waited))]
    StillAtWork { step: &'static str, waited: Duration },
    #[error("it would wait for itself: the instance already works for this chain of messages")]
    Reentrant,
    #[error("messages nest deeper than {0} sends")]
    TooDeep(u32),
    #[error("less than {} KiB of stack is left on this thread", needs >> 10)]
    NoStack { needs: usize },
    #[error("the module returned the unknown status {0}")]
    UnknownStatus(i32),
    #[error("the module changed the reply's {0}")]
    Tampered(&'static str),
    #[error("the module answered with status {status}, but its response says otherwise")]
    StatusMismatch { status: i32 },
    /// The status, by its name.
    #[error("the module said {0} and wrote no response")]
    NoResponse(&'static str),
    #[error("the response is not UTF-8: byte {0}")]
    NotUtf8(usize),
    #[error("{0}")]
    Response(#[from] ResponseFault),
    #[error("the response's data is not what the caller expects: {0}")]
    Data(#[source] serde_json::Error),
    #[error("the arguments cannot be written as JSON: {0}")]
    Arguments(#[source] serde_json::Error),
    #[error("the plain module returned NULL")]
    PlainNull,
    #[error("the {0} holds a NUL byte, which a plain module cannot be given")]
    RawNul(&'static str),
    /// Sandboxed code stopped. The frames are the functions that were at work, the innermost first; none where the engine
    /// does not say.
    #[error("the module trapped: {text}{}", named(frames))]
    Trap { text: String, frames: Vec<String> },
    #[error("the call took longer than its limit of {}{}", seconds(limit), named(frames))]
    LimitTime { limit: Duration, frames: Vec<String> },
    #[error("the module needs more memory than its limit of {limit} bytes")]
    LimitMemory { limit: usize },
    #[error("the module needs a larger function table than its limit of {limit} entries")]
    LimitTable { limit: usize },
    #[error("the response is larger than the module's limit of {limit} bytes")]
    LimitReply { limit: usize },
    #[error("the module's calls nest deeper than its limit of {limit} bytes of stack{}", named(frames))]
    LimitStack { limit: usize, frames: Vec<String> },
    #[error("the module passed {what} at {address:#x} with {len} bytes, which does not lie in its memory")]
    BadPointer { what: &'static str, address: u32, len: u32 },
    #[error(
        "the module passed index {index} as {what}, and its table holds no such function: it must be {expected}"
    )]
    BadFunction { what: &'static str, index: u32, expected: &'static str },
    #[error("the module's {function}({size}) returned {address:#x}, which {why}")]
    BadRoom { function: &'static str, size: u32, address: u32, why: &'static str },
    #[error("the WebAssembly engine failed: {0}")]
    Engine(String),
}

/// The innermost frames, as many as people read.
fn named(frames: &[String]) -> String {
    const SHOWN: usize = 8;
    let mut text = String::new();
    for (depth, name) in frames.iter().take(SHOWN).enumerate() {
        text.push_str(if depth == 0 { ", in " } else { " < " });
        text.push_str(name);
    }
    if frames.len() > SHOWN {
        text.push_str(" < …");
    }
    text
}

fn seconds(duration: &Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}

impl CallFault {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        use CallFault as F;
        match self {
            F::Answered { .. } => "rp::call::answered_error",
            F::Unavailable(_) => "rp::call::unavailable",
            F::Panic => "rp::call::panic",
            F::NoMemory => "rp::call::no_memory",
            F::TooLarge { .. } => "rp::call::too_large",
            F::Cancelled | F::CancelledAtWork => "rp::call::cancelled",
            F::Timeout { .. } | F::StillAtWork { .. } | F::Expired | F::ExpiredAtWork => "rp::call::timeout",
            F::CancelledUnasked => "rp::call::cancelled_unasked",
            F::Reentrant => "rp::call::reentrant",
            F::TooDeep(_) => "rp::call::too_deep",
            F::NoStack { .. } => "rp::call::no_stack",
            F::UnknownStatus(_) => "rp::call::unknown_status",
            F::Tampered(_) => "rp::call::tampered_reply",
            F::StatusMismatch { .. } => "rp::call::status_mismatch",
            F::NotUtf8(_) => "rp::call::not_utf8",
            F::Response(_) | F::NoResponse(_) => "rp::call::invalid_response",
            F::Data(_) => "rp::call::unexpected_data",
            F::Arguments(_) => "rp::call::arguments",
            F::PlainNull => "rp::call::plain_null",
            F::RawNul(_) => "rp::call::raw_nul",
            F::Trap { .. } => "rp::call::trap",
            F::LimitTime { .. } => "rp::call::limit_time",
            F::LimitMemory { .. } => "rp::call::limit_memory",
            F::LimitTable { .. } => "rp::call::limit_table",
            F::LimitReply { .. } => "rp::call::limit_reply",
            F::LimitStack { .. } => "rp::call::limit_stack",
            F::BadPointer { .. } => "rp::call::bad_pointer",
            F::BadFunction { .. } => "rp::call::bad_function",
            F::BadRoom { .. } => "rp::call::bad_room",
            F::Engine(_) => "rp::call::engine",
        }
    }

    /// The protocol's code under which a module that asked is told of it.
    pub fn protocol_code(&self) -> &str {
        use CallFault as F;
        match self {
            F::Answered { code, .. } => code,
            F::Unavailable(_) | F::NoStack { .. } => code::UNAVAILABLE,
            F::Panic
            | F::Trap { .. }
            | F::LimitStack { .. }
            | F::BadPointer { .. }
            | F::BadFunction { .. }
            | F::BadRoom { .. } => code::PANIC,
            F::LimitTime { .. } => code::TIMEOUT,
            F::LimitMemory { .. } | F::LimitTable { .. } | F::LimitReply { .. } => code::TOO_LARGE,
            F::TooLarge { .. } | F::TooDeep(_) => code::TOO_LARGE,
            F::Cancelled | F::CancelledAtWork => code::CANCELLED,
            F::Timeout { .. } | F::StillAtWork { .. } | F::Expired | F::ExpiredAtWork => code::TIMEOUT,
            F::Reentrant => code::REENTRANT,
            F::RawNul(_) => code::INVALID_JSON,
            _ => code::INTERNAL,
        }
    }

    /// Whose fault it is.
    pub fn fault(&self) -> Fault {
        use CallFault as F;
        match self {
            F::Unavailable(_)
            | F::Cancelled
            | F::Timeout { .. }
            | F::StillAtWork { .. }
            | F::Expired
            | F::CancelledAtWork
            | F::ExpiredAtWork
            | F::Reentrant
            | F::TooDeep(_)
            | F::NoStack { .. }
            | F::TooLarge { .. }
            | F::Data(_)
            | F::Arguments(_)
            | F::RawNul(_) => Fault::Operator,
            F::Engine(_) => Fault::Host,
            _ => Fault::Module,
        }
    }

    /// How to mend it.
    pub fn help(&self) -> Option<String> {
        use CallFault as F;
        let text = match self {
            F::Unavailable(_) => "load the module again",
            F::Panic => "the module's log says where; load the module again",
            F::TooLarge { .. } => "raise the reply limit of the host, or ask for less (filters, limit)",
            F::Timeout { .. } => "allow more time, or use a second instance",
            F::StillAtWork { .. } => "cancel its calls, or raise the wait limit of the host (limits.wait_ms)",
            F::Expired => "allow more time",
            F::CancelledAtWork | F::ExpiredAtWork => {
                "load the module again; in long work, let it ask `cancelled` and return RP_ERR_CANCELLED"
            }
            F::CancelledUnasked => "return RP_ERR_CANCELLED only where `cancelled` said so",
            F::Reentrant => "answer first and send afterwards, or use a second instance",
            F::TooDeep(_) => "let one module ask the others instead of a chain of modules",
            F::NoStack { .. } => "call from a thread with a larger stack",
            F::UnknownStatus(_) => "return one of the status values of rp_module.h",
            F::Tampered(_) => {
                "write through rp_reply_write only; a callee raises len and touches nothing else"
            }
            F::StatusMismatch { .. } => {
                "return RP_OK with status \"success\" and RP_FAILED with status \"error\""
            }
            F::NotUtf8(_) => "responses are UTF-8; escape or convert other bytes",
            F::Response(_) | F::NoResponse(_) => {
                "answer with one object, as section \"messages\" of rp_module.h says"
            }
            F::PlainNull => "return a response with status \"error\" instead of NULL",
            F::RawNul(_) => "write \\u0000 in JSON text",
            F::Trap { .. } => {
                "its instance is dead; load the module again. A panic and abort() are traps in a sandbox"
            }
            F::LimitTime { .. } => {
                "if the work needs it, raise WasmLimits::call_time; the engine wasmtime is the faster one"
            }
            F::LimitMemory { .. } => "if the work needs it, raise WasmLimits::memory",
            F::LimitTable { .. } => "if the module needs it, raise WasmLimits::table",
            F::LimitReply { .. } => "raise WasmLimits::reply, or ask for less (filters, limit)",
            F::LimitStack { .. } => {
                "look for endless recursion; if the work needs it, raise WasmLimits::stack"
            }
            F::BadPointer { .. } | F::BadFunction { .. } => {
                "pass pointers to the module's own memory, and functions of its own table"
            }
            F::BadRoom { .. } => {
                "let RP_MODULE define rp_alloc and rp_free, and link with -mexec-model=reactor"
            }
            F::Engine(_) => "load the module again; if it happens again, report it with the module's file",
            F::Answered { .. } | F::NoMemory | F::Cancelled | F::Data(_) | F::Arguments(_) => return None,
        };
        Some(text.into())
    }
}

impl CallFault {
    pub(crate) fn from_service_error(refusal: &crate::error::ServiceError) -> Self {
        CallFault::Answered {
            code: refusal.code().to_owned(),
            text: refusal.text().to_owned(),
            details: refusal.details().and_then(|details| serde_json::from_str(details.get()).ok()),
        }
    }

    pub(crate) fn from_answer(body: &rp_protocol::ErrorBody<'_>) -> Self {
        CallFault::Answered {
            code: body.code.as_deref().unwrap_or("no code").to_owned(),
            text: body.error.clone().into_owned(),
            details: body.details.and_then(|details| serde_json::from_str(details.get()).ok()),
        }
    }
}
