//! What went wrong: what, where, whose fault it is, how to fix it.
//!
//! Every [`Error`] has a stable [code](Error::code) for programs, a text that says what and where, and, where there is one,
//! a [fix](Error::help). Each enum of faults is a table: one row per variant, see `row.rs`.

mod call;
mod crash;
mod fault;
mod frames;
mod host;
mod host_error;
mod load;
mod load_help;
mod recording;
#[cfg(feature = "isolated")]
mod relayed;
mod row;
mod service;
mod store;
pub(crate) mod system;
mod wasm_part;

pub use call::CallFault;
pub use crash::Crash;
pub use fault::Fault;
#[cfg(feature = "worker")]
pub(crate) use frames::named;
pub use host::HostFault;
pub use host_error::Error;
pub use load::LoadFault;
pub use recording::RecordingFault;
#[cfg(feature = "isolated")]
pub(crate) use relayed::RelayedFault;
pub use service::ServiceError;
pub use store::StoreFault;
pub use system::system_help;
pub use wasm_part::WasmPart;
