//! The host for programs in C, and in every language that calls C: `include/rp_host.h`.
//!
//! Each file holds the functions of one noun; their comments are those of the header. `abi.rs` has its structs and callbacks, `header/` the text around them; `./dev header` writes the header. All that a host does is done by `rp-host`: here
//! arguments are checked, panics become errors, and what is owned by C is handed over and taken back.
//!
//! The signatures say what a pointer is: `Option<&T>` is borrowed and may be NULL, `Option<Box<T>>` changes its owner.
#![allow(non_camel_case_types)]
// The comments are laid out for the header: [tags] are no links.
#![allow(rustdoc::broken_intra_doc_links, rustdoc::invalid_html_tags)]
#![allow(clippy::missing_safety_doc, reason = "the rules of the header say what callers promise")]

pub mod abi;
pub mod async_call;
pub mod builder;
mod c_text;
pub mod call;
pub mod callback;
pub mod cancel;
pub mod constants;
mod contain;
pub mod error;
pub mod files;
pub mod host;
pub mod instance;
mod kept;
pub mod library;
pub mod load;
mod options;
mod os;
mod process;
pub mod reply;
mod service;
pub mod services;
mod sinks;
pub mod subscription;
mod text;
pub mod turn;
mod view;
