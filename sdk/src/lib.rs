#![doc = include_str!("../README.md")]

mod abi;
mod border;
mod buffer;
mod error;
mod export;
mod host;
mod manifest;
mod message;
mod module;
mod panic_strategy;
mod reply;
mod request;
mod status;
mod writer;

pub use buffer::Buffer;
pub use error::Error;
pub use host::{Host, Level};
pub use message::{Command, Message, MessageType};
pub use module::{ConcurrentModule, Module, dispatch};
pub use reply::{Answer, Reply, Written};
pub use request::Entities;
pub use rp_protocol as protocol;
pub use rp_protocol::code;
pub use serde_json::json;

/// What [`export!`] expands to. Not part of the API.
#[doc(hidden)]
pub mod __export {
    pub use crate::abi::rp_module;
    pub use crate::border::{Exclusive, Shared, Table};
    #[cfg(target_arch = "wasm32")]
    pub use crate::border::{alloc, free};
    pub use crate::manifest::{Manifest, Text};
}
