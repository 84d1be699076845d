//! A host at work: what is loaded into it, what it shows, and what ends it.

pub mod host;
pub mod interrupt;
pub mod kept_log;
pub mod loadable;
pub mod log;
pub mod log_filter;
pub mod metrics;
#[cfg(feature = "otlp")]
pub mod otlp;
mod outer_trace;
pub mod page;
pub mod plan;
pub mod progress;
mod record;
pub mod store;
pub mod trace;
mod trace_context;
pub mod trace_source;
pub mod worker;
