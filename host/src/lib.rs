//! Loads modules, written in any language with a C ABI, and exchanges messages with them.
//!
//! A module exports one function, which returns one table. The host sends it messages, each a type and a JSON payload, and
//! receives one JSON response for each. Only C-compatible types cross the border; [`abi`] is that border, and the source of
//! `include/rp_module.h`, whose rules are cited here by number.
//!
//! # The lifecycle of an instance
//!
//! 1. [`Host::load`] opens the file once and reads headers, exports and manifest; no code runs ([`inspect`] does just this).
//! 2. What was found is checked against [`LoadOptions`]: name, version, sha-256, what is requested and what is granted.
//! 3. A private copy of exactly those bytes is loaded. It stays mapped for the life of the process. That process is the host's,
//!    or for an [isolated](LoadOptions::isolated) module one of its own, where the rest happens too.
//! 4. The entry is called and the table that it returns is checked.
//! 5. `create`, then the message `init`: the instance is ready, and [`Instance`] is its handle.
//! 6. [`Instance::call`] and its siblings send messages: one at a time, unless the module declares itself concurrent.
//! 7. [`Instance::unload`], or the end of the [`Host`]: the calls in flight end, then come the message `shutdown` and
//!    `destroy`.
//!
//! ```no_run
//! use rp_host::{Host, Message, Reply};
//!
//! # fn main() -> Result<(), rp_host::Error> {
//! let host = Host::new();
//! let module = host.load("target/debug/libtest_minimal.so")?;
//!
//! // Typed, with serde.
//! let pong: serde_json::Value = module.command("ping", &serde_json::json!({}))?;
//!
//! // As bytes: the reply's memory is reused from call to call.
//! let mut reply = Reply::new();
//! let response = module.call(&Message::new("command", r#"{"name":"ping","args":{}}"#), &mut reply)?;
//! # let _ = (pong, response);
//! # Ok(())
//! # }
//! ```

pub mod abi;
mod border;
mod calls;
#[cfg(feature = "isolated")]
mod channel;
#[cfg(feature = "config")]
pub mod config;
#[cfg(feature = "isolated")]
mod crashes;
mod error;
mod host;
mod host_functions;
mod loader;
mod observe;
mod options;
mod os;
mod platform;
mod recording;
mod replay;
mod services;
pub mod unchecked;
#[cfg(feature = "worker")]
pub mod worker;

pub use border::call_options::CallOptions;
pub use border::cancel::CancelToken;
pub use border::message::{Message, Status};
pub use border::module::Profile;
pub use border::reply::{DEFAULT_REPLY_LIMIT, Reply};
pub use calls::at_work::{AtWork, at_work, with_thread_name};
pub use error::{
    CallFault, Crash, Error, Fault, HostFault, LoadFault, RecordingFault, ServiceError, StoreFault, WasmPart,
    system_help,
};
pub use host::async_call::AsyncCall;
pub use host::builder::HostBuilder;
pub use host::host::{Host, WeakHost};
pub use host::instance_handle::Instance;
pub use host::process_crash::{ProcessCrash, on_crash, write_at_end};
pub use host::turn::Turn;
pub use host::with_options::WithOptions;
pub use host::worker::{WorkerState, WorkerStatus};
pub use loader::format::Format;
pub use loader::inspect::{Inspection, inspect, inspect_with};
pub use loader::scan::{Scan, scan};
pub use observe::counters::Counters;
pub use observe::log::{Level, LogRecord};
pub use observe::metrics::{Bucket, InstanceMetrics, MessageMetrics, Metrics, SubscriberMetrics};
pub use observe::observers::HOST_NAME;
pub use observe::progress::Progress;
pub use observe::trace::TraceRecord;
pub use observe::trace_form::{TraceHead, TraceModule, TraceModuleLine, TraceProgram};
#[cfg(feature = "schema")]
pub use observe::trace_lines::trace_line_schema;
pub use observe::worker::{WorkerChange, WorkerEvent};
pub use options::grants::{Grants, Right};
pub use options::host::{HostLimits, HostOptions};
pub use options::isolation::{IsolatedLimits, Isolation};
pub use options::load::LoadOptions;
pub use options::restart::Restart;
pub use options::sandbox::{Sandbox, SandboxMode};
pub use options::trace::{JsonPointer, TraceOptions};
pub use options::wasm_engine::{WasmCache, WasmEngine};
pub use options::wasm_limits::WasmLimits;
pub use os::SystemPart;
pub use platform::file_name::library_file_name;
pub use platform::isolation::isolation_support;
pub use recording::file::Recording;
pub use replay::{Difference, Replay, Replayed};
pub use services::{HeardEvent, Request, Service, ServiceInC, Subscription, SubscriptionIter, store};
