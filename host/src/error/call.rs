//! Why a call, or an unload, brought no answer.

use std::time::Duration;

use rp_protocol::{ErrorBody, ReadFault, ResponseFault, code};

use super::crash::Crash;
use super::fault::Fault::{Host, Module, Operator};
use super::frames::named;
use super::row::{Help, NO_HELP, faults};

faults! {
    /// Why a call brought no usable answer. Each code is one kind of failure; a timeout and a cancellation have several
    /// variants.
    pub enum CallFault {
        /// The module answered a typed call with an error response.
        #[error("{text} ({code})")]
        Answered {
            /// The response's code, or `no code`.
            code: String,
            /// The response's text.
            text: String,
            /// The response's details.
            details: Option<serde_json::Value>,
        } => ("rp::call::answered_error", Module, NO_HELP),

        /// The instance takes no messages now; the field says why.
        #[error("the instance is not available: {}", why)]
        Unavailable(why: &'static str) => ("rp::call::unavailable", Operator, "load the module again"),

        /// The instance is dead, and is started again later.
        #[error("the instance is not available: {why}; it starts again in {}", seconds(left))]
        Restarting {
            /// Why it is dead.
            why: &'static str,
            /// How long it stays away.
            left: Duration,
        } => ("rp::call::unavailable", Operator, "call again later"),

        /// The system refused a thread for an asynchronous call.
        #[error("no thread could be started for the call: {}", error)]
        #[source(error)]
        NoThread(error: std::io::Error) =>
            ("rp::call::no_thread", Host, "raise the limit of threads (ulimit -u)"),

        /// The module reported a panic.
        #[error("the module panicked; its instance is dead")]
        Panic => ("rp::call::panic", Module, "the module's log says where; load the module again"),

        /// The module returned RP_ERR_NO_MEMORY, and no limit of the host was the cause.
        #[error("the module ran out of memory")]
        NoMemory => ("rp::call::no_memory", Module, NO_HELP),

        /// The response does not fit the caller's [`Reply`](crate::Reply).
        #[error("the response is larger than the limit of {limit} bytes")]
        TooLarge {
            /// Bytes.
            limit: usize,
        } => (
            "rp::call::too_large", Operator,
            "raise the reply limit of the host, or ask for less (filters, limit)",
        ),

        /// The caller cancelled the message, and the module complied or had not begun.
        #[error("the call was cancelled")]
        Cancelled => ("rp::call::cancelled", Operator, NO_HELP),

        /// The deadline passed, and the module returned RP_ERR_CANCELLED.
        #[error("the deadline passed, and the module gave up")]
        Expired => ("rp::call::timeout", Operator, "allow more time"),

        /// A sandboxed module ignored the cancellation, so the host stopped it.
        #[error("the call was cancelled but the module kept running; it was stopped, and its instance is dead")]
        CancelledAtWork => (
            "rp::call::cancelled", Operator,
            "load the module again; in long work, call `cancelled` and return RP_ERR_CANCELLED",
        ),

        /// A sandboxed module ignored the deadline, so the host stopped it.
        #[error("the deadline passed but the module kept running; it was stopped, and its instance is dead")]
        ExpiredAtWork => (
            "rp::call::timeout", Operator,
            "load the module again; in long work, call `cancelled` and return RP_ERR_CANCELLED",
        ),

        /// The module returned RP_ERR_CANCELLED for a message that nobody cancelled.
        #[error("the module returned RP_ERR_CANCELLED, but the message was not cancelled")]
        CancelledUnasked => (
            "rp::call::cancelled_unasked", Module,
            "return RP_ERR_CANCELLED only after `cancelled` returned true",
        ),

        /// Other calls kept the instance busy until the deadline or the wait limit.
        #[error("timed out after {} waiting for the instance", seconds(waited))]
        Timeout {
            /// How long the call waited.
            waited: Duration,
        } => ("rp::call::timeout", Operator, "allow more time, or use a second instance"),

        /// An unload was given up, since the instance was still busy.
        #[error("its {step} did not finish within {}; it stays loaded", seconds(waited))]
        StillAtWork {
            /// What did not finish: `calls in flight` or `events`.
            step: &'static str,
            /// How long the unload waited, with the time that an event had taken before.
            waited: Duration,
        } => (
            "rp::call::timeout", Operator,
            "cancel its calls, end its turns, or raise the wait limit of the host (limits.wait_ms)",
        ),

        /// The call would wait for an instance that waits for this call.
        #[error("the call would deadlock: the instance is already in this call chain")]
        Reentrant => (
            "rp::call::reentrant", Operator,
            "answer first and send afterwards, or use a second instance",
        ),

        /// The thread holds a turn of the instance and would wait for its end.
        #[error("the call would deadlock: this thread holds a turn of the instance")]
        OwnTurn => (
            "rp::call::own_turn", Operator,
            "send the message through the turn, or end the turn first",
        ),

        /// A thread used a turn that another thread holds.
        #[error("the turn belongs to the thread that entered it, and this is another one")]
        ForeignTurn => (
            "rp::call::foreign_turn", Operator,
            "use a turn on the thread that entered it, or enter one for each thread",
        ),

        /// Modules called each other too deep; the field is the limit.
        #[error("messages nest more than {} sends deep", limit)]
        TooDeep(limit: u32) => (
            "rp::call::too_deep", Operator,
            "let one module call the others, instead of a chain of modules",
        ),

        /// The calling thread has too little stack left.
        #[error("less than {} KiB of stack is left on this thread", needs >> 10)]
        NoStack {
            /// Bytes that a call needs.
            needs: usize,
        } => ("rp::call::no_stack", Operator, "call from a thread with a larger stack"),

        /// The module returned a number that is no status.
        #[error("the module returned the unknown status {}", status)]
        UnknownStatus(status: i32) =>
            ("rp::call::unknown_status", Module, "return one of the status values of rp_module.h"),

        /// The module changed a field of the reply that it must not touch; the field names it.
        #[error("the module changed the reply's {}", field)]
        Tampered(field: &'static str) => (
            "rp::call::tampered_reply", Module,
            "write through rp_reply_write only; a callee raises len and touches nothing else",
        ),

        /// The status and the `status` field of the response contradict each other.
        #[error("the module returned status {status}, but its response says otherwise")]
        StatusMismatch {
            /// The status that the module returned.
            status: i32,
        } => (
            "rp::call::status_mismatch", Module,
            "return RP_OK with status \"success\" and RP_FAILED with status \"error\"",
        ),

        /// The status promises a response, and there is none; the field is the status's name.
        #[error("the module returned {} but wrote no response", status)]
        NoResponse(status: &'static str) => ("rp::call::invalid_response", Module, ONE_OBJECT),

        /// The response is not UTF-8; the field is the offset of the first wrong byte.
        #[error("the response is not UTF-8 at byte {}", offset)]
        NotUtf8(offset: usize) =>
            ("rp::call::not_utf8", Module, "responses are UTF-8; escape or convert other bytes"),

        /// The response is no response object.
        #[error("{}", fault)]
        #[source(fault)]
        Response(fault: ResponseFault) => ("rp::call::invalid_response", Module, ONE_OBJECT),

        /// A typed call could not read the data as its type.
        #[error("the data is not of the type that the caller wants: {}", fault)]
        #[source(fault)]
        Data(fault: ReadFault) => (
            "rp::call::unexpected_data", Host,
            "change the type that the program reads it as; `rp call FILE COMMAND --help` shows what the module describes",
        ),

        /// A typed call could not write its arguments.
        #[error("the arguments cannot be written as JSON: {}", error)]
        #[source(error)]
        Arguments(error: serde_json::Error) =>
            ("rp::call::arguments", Host, "change the type that the program passes: keys of a JSON object are strings"),

        /// A plain module's `handle_message` returned NULL.
        #[error("the plain module returned NULL")]
        PlainNull => ("rp::call::plain_null", Module, "return a response with status \"error\" instead of NULL"),

        /// A plain module takes C strings; the field names the part of the message that has a NUL byte.
        #[error("the {} contains a NUL byte, which a plain module cannot receive", part)]
        RawNul(part: &'static str) => ("rp::call::raw_nul", Operator, "write \\u0000 in JSON text"),

        /// Sandboxed code trapped.
        #[error("the module trapped: {text}{}", named(frames))]
        Trap {
            /// The engine's reason.
            text: String,
            /// The functions that were running, the innermost first; empty where the engine does not say.
            frames: Vec<String>,
        } => (
            "rp::call::trap", Module,
            "its instance is dead; load the module again. A panic and abort() are traps in a sandbox",
        ),

        /// A sandboxed call exceeded [`WasmLimits::call_time`](crate::WasmLimits::call_time).
        #[error("the call took longer than its limit of {}{}", seconds(limit), named(frames))]
        LimitTime {
            /// The limit.
            limit: Duration,
            /// The functions that were running, the innermost first; empty where the engine does not say.
            frames: Vec<String>,
        } => (
            "rp::call::limit_time", Module,
            "if the work needs it, raise call_time of WasmLimits or IsolatedLimits; of the engines, wasmtime is the faster one",
        ),

        /// A sandboxed module reached [`WasmLimits::memory`](crate::WasmLimits::memory).
        #[error("the module needs more memory than its limit of {limit} bytes")]
        LimitMemory {
            /// Bytes.
            limit: usize,
        } => ("rp::call::limit_memory", Module, "if the work needs it, raise WasmLimits::memory"),

        /// A sandboxed module reached [`WasmLimits::table`](crate::WasmLimits::table).
        #[error("the module needs a larger function table than its limit of {limit} entries")]
        LimitTable {
            /// Entries.
            limit: usize,
        } => ("rp::call::limit_table", Module, "if the module needs it, raise WasmLimits::table"),

        /// A sandboxed module's response exceeds [`WasmLimits::reply`](crate::WasmLimits::reply).
        #[error("the response is larger than the module's limit of {limit} bytes")]
        LimitReply {
            /// Bytes.
            limit: usize,
        } => ("rp::call::limit_reply", Module, "raise WasmLimits::reply, or ask for less (filters, limit)"),

        /// A sandboxed module exceeded [`WasmLimits::stack`](crate::WasmLimits::stack).
        #[error("the module's calls nest deeper than its limit of {limit} bytes of stack{}", named(frames))]
        LimitStack {
            /// Bytes.
            limit: usize,
            /// The functions that were running, the innermost first; empty where the engine does not say.
            frames: Vec<String>,
        } => (
            "rp::call::limit_stack", Module,
            "look for endless recursion; if the work needs it, raise WasmLimits::stack",
        ),

        /// A sandboxed module passed a pointer to memory that it does not have.
        #[error("the module passed {what} at {address:#x} with {len} bytes, which is outside its memory")]
        BadPointer {
            /// What was passed.
            what: &'static str,
            /// Where it begins in the module's memory.
            address: u32,
            /// Bytes.
            len: u32,
        } => ("rp::call::bad_pointer", Module, OWN_POINTERS),

        /// A sandboxed module passed a function pointer that is none.
        #[error("the module passed index {index} as {what}, but its table has no such function: it must be {expected}")]
        BadFunction {
            /// What was passed.
            what: &'static str,
            /// The index in the module's function table.
            index: u32,
            /// The type that the function must have.
            expected: &'static str,
        } => ("rp::call::bad_function", Module, OWN_POINTERS),

        /// A sandboxed module's allocator returned memory that the host cannot use.
        #[error("the module's {function}({size}) returned {address:#x}, which {why}")]
        BadRoom {
            /// The allocator.
            function: &'static str,
            /// Bytes that were asked for.
            size: u32,
            /// Where the memory begins.
            address: u32,
            /// What is wrong with it.
            why: &'static str,
        } => (
            "rp::call::bad_room", Module,
            "let RP_MODULE define rp_alloc and rp_free, and link with -mexec-model=reactor",
        ),

        /// The module crashed in a process of its own; the field says how.
        #[error("the module crashed: {}", crash)]
        Crashed(crash: Crash) => (
            "rp::call::crashed", Module,
            "its worker is gone; load the module again, or let the host restart it",
        ),

        /// The module ended its own process.
        #[error("the module ended its process with exit code {code}")]
        Exited {
            /// The exit code.
            code: i32,
        } => (
            "rp::call::exited", Module,
            "return an error response instead of calling exit(); load the module again",
        ),

        /// The worker of an isolated module sent what no worker may send; the field says what.
        #[error("the module's process broke the rules of its channel, and was ended: {}", what)]
        Protocol(what: &'static str) => (
            "rp::call::protocol", Module,
            "the module writes to what is not its own: descriptors or memory of its worker",
        ),

        /// Another call of the same worker ended it; the field says how.
        #[error("another call ended the module's process: {}", how)]
        WorkerLost(how: String) =>
            ("rp::call::worker_lost", Module, "call again once the instance is available"),

        /// The engine failed in a way that is not the module's doing.
        #[error("the WebAssembly engine failed: {}", text)]
        Engine(text: String) => (
            "rp::call::engine", Host,
            "load the module again; if it happens again, report it with the module's file",
        ),
    }
}

impl From<ResponseFault> for CallFault {
    fn from(fault: ResponseFault) -> Self {
        CallFault::Response(fault)
    }
}

const ONE_OBJECT: &str = "answer with one object, as section \"messages\" of rp_module.h says";
const OWN_POINTERS: &str = "pass pointers to the module's own memory, and functions of its own table";

fn seconds(duration: &Duration) -> String {
    format!("{:.3} s", duration.as_secs_f64())
}

impl CallFault {
    /// The code of the error response that a sending module gets, one of [`rp_protocol::code`] or the answering module's own.
    pub fn protocol_code(&self) -> &str {
        use CallFault as F;
        match self {
            F::Answered { code, .. } => code,
            F::Unavailable(_) | F::Restarting { .. } | F::NoThread(_) | F::NoStack { .. } => {
                code::UNAVAILABLE
            }
            F::WorkerLost(_) => code::UNAVAILABLE,
            F::Panic
            | F::Crashed(_)
            | F::Exited { .. }
            | F::Protocol(_)
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
            F::Reentrant | F::OwnTurn => code::REENTRANT,
            F::RawNul(_) => code::INVALID_JSON,
            _ => code::INTERNAL,
        }
    }

    pub(crate) fn from_answer(body: &ErrorBody<'_>) -> Self {
        CallFault::Answered {
            code: body.code.as_deref().unwrap_or("no code").to_owned(),
            text: body.error.clone().into_owned(),
            details: body.details.and_then(|details| serde_json::from_str(details.get()).ok()),
        }
    }
}
