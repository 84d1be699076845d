#![doc = include_str!("../README.md")]

mod abi;
mod border;
mod bounds;
#[cfg(any(feature = "log", feature = "tracing"))]
pub mod bridge;
mod buffer;
mod client;
mod collection;
#[cfg(feature = "macros")]
mod derive;
mod describe;
mod entity;
mod error;
mod export;
mod filter;
mod host;
mod id;
mod manifest;
mod message;
mod module;
mod panic_strategy;
mod raw_object;
mod read;
mod refuse;
mod reply;
mod status;
mod steps;
#[cfg(feature = "test-kit")]
pub mod test;
mod writer;

pub use buffer::Buffer;
pub use client::QueryBuilder;
pub use collection::Collection;
pub use describe::{EventData, Schema};
pub use entity::{Changed, Entities, Entity, Included};
pub use error::{Error, Result};
pub use host::{Host, Level};
pub use message::{Command, Message, MessageType};
pub use module::{ConcurrentModule, Module, dispatch};
pub use raw_object::RawObject;
pub use refuse::OrRefuse;
pub use reply::{Answer, Reply, Written};
pub use rp_protocol as protocol;
pub use rp_protocol::code;
#[cfg(feature = "macros")]
pub use rp_sdk_macros::{args, data, event, module};
pub use serde_json::json;
pub use steps::Steps;

// The macros write `::rp_sdk`, also in the tests of this crate.
extern crate self as rp_sdk;

/// What the macros expand to. Not part of the API.
#[doc(hidden)]
pub mod __export {
    pub use crate::abi::rp_module;
    pub use crate::border::{Exclusive, Shared, Table};
    #[cfg(target_arch = "wasm32")]
    pub use crate::border::{alloc, free};
    pub use crate::bounds::{Argument, Config, Fields, Provided, Returned, Whole, refused};
    pub use crate::describe::{Description, any_result, nothing};
    pub use crate::manifest::{Manifest, Text};
    pub use crate::module::{Created, default, not_provided};
    #[cfg(feature = "schema")]
    pub use schemars;
    #[cfg(feature = "macros")]
    pub use serde;
    pub use serde_json::Value;
}
