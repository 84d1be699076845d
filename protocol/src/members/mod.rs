//! The members of an object, stated once for both directions: what serde's derive would write, without the time that it
//! takes to build. Not part of the API; rp-sdk and rp-host state theirs by it too.
//!
//! ```
//! # #[derive(Debug)]
//! struct Note<'a> {
//!     text: std::borrow::Cow<'a, str>,
//!     year: Option<u64>,
//! }
//! rp_protocol::members! { Note<'a> { text text, optional year } }
//!
//! let note: Note<'_> = serde_json::from_str(r#"{"text":"x"}"#).unwrap();
//! assert_eq!(serde_json::to_string(&note).unwrap(), r#"{"text":"x"}"#);
//! let error = serde_json::from_str::<Note<'_>>("{}").unwrap_err();
//! assert_eq!(error.to_string(), "missing field `text` at line 1 column 2");
//! ```
//!
//! Each member has its kind before it, one of the modules of `kinds`, and `as "key"` behind it where its key is another word. Before
//! the first one, `["key" = "word"]` is written as it is, and `..field,` stands for the members of that field. Behind the last
//! one, `; others refused` refuses keys that are not named, and `; rest field` keeps them in that field. `writes` or `reads`
//! before the name is for what is only written or read.

mod key;
pub mod kinds;
mod macros;
mod missing;
mod object;
mod written;

pub use serde_core;

pub use key::{Key, Text};
pub use object::{Object, Rest, put, read, skip, start};
pub use written::{Members, write};
