#![doc = include_str!("../README.md")]

mod build_script;
mod fault;
mod language;
mod model;
mod name;
mod native;
mod python;
mod read;
mod rust;
mod text;
mod ts;
mod write;

pub use build_script::rust;
pub use fault::{Error, Note, Place};
pub use language::{Caller, Client, Language, Options};
pub use write::write;
