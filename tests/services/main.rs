//! What the host lends to modules: the store, events, grants, the log; and the modules that live on it.

mod hears;
mod owner;
mod recording;
mod replay;
mod requests;
mod research_log_ffi_test;
mod rights;
#[cfg(target_os = "linux")]
mod sessions;
mod stand_in;
mod tracing;
