//! JSON that passes byte for byte.

pub mod contains;
mod mark;
mod path;
mod raw;

pub use mark::{skip_mark, without_mark};
pub use path::JsonPath;
pub use raw::{Shape, elements, fields, find, indent, raw_of, shape, strings, text_at};
