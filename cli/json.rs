//! JSON that passes byte for byte.

pub mod contains;
mod path;
mod raw;

pub use path::JsonPath;
pub use raw::{Shape, elements, fields, find, indent, raw_of, shape, strings, text_at};
