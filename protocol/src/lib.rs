//! The messages that an rp host and its modules exchange.
//!
//! Every payload and every response is one JSON object in UTF-8. This crate holds their Rust types, the standard
//! error codes and the readers that say whether a text is what it claims to be. It does no I/O.
//!
//! Text is borrowed and left as it is: a value that this crate has no opinion on stays a
//! [`RawValue`](serde_json::value::RawValue), the very bytes that arrived. Those are checked to be valid JSON,
//! however deeply nested; reading them into a typed value refuses a depth of 128 or more, as serde_json does.
//!
//! ```
//! use rp_protocol::{Description, Init};
//!
//! let text = r#"{"instance":"log","config":{"state":"store"},"host":{"name":"rp","version":"0.1.0","protocol":"1.0"}}"#;
//! let init: Init<'_> = serde_json::from_str(text).unwrap();
//! assert_eq!((init.config.get(), &*init.host.protocol), (r#"{"state":"store"}"#, rp_protocol::PROTOCOL_VERSION));
//! let text = r#"{"commands":[{"name":"ping","description":"Answers"}]}"#;
//! let description: Description<'_> = serde_json::from_str(text).unwrap();
//! assert_eq!(description.commands[0].name, "ping");
//! ```

mod block;
pub mod code;
mod json;
#[cfg(feature = "manifest")]
mod manifest;
#[doc(hidden)]
pub mod members;
pub mod message_type;
mod module_description;
mod module_name;
mod object;
mod payload;
mod raw;
mod read;
mod response;
mod scan;
#[cfg(feature = "schema")]
pub mod schema;
mod serve;
mod write;

pub use json::to_writer;
#[cfg(feature = "manifest")]
pub use manifest::{Manifest, ManifestError, Requests};
pub use module_description::ModuleDescription;
pub use module_name::is_module_name;
pub use object::{PayloadFault, is_object};
pub use payload::{
    Command, CommandDescription, Description, Event, HostIdentity, Init, Mutation, Operation, Query,
    Restarted,
};
pub use read::{ReadFault, read};
pub use response::{ErrorBody, Response, ResponseFault, SUCCESS_START, Success};
pub use serve::ServeRequest;
pub use write::{write_error, write_success};

/// Version of the protocol that these types describe, `major.minor`.
pub const PROTOCOL_VERSION: &str = "1.0";

/// The largest manifest, in bytes.
pub const MANIFEST_MAX_BYTES: usize = 64 * 1024;
