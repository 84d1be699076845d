//! The process of an isolated module, seen from inside.
//!
//! A host starts it, and talks with it through its standard input. It loads the module with the loader of the host, so what it
//! finds wrong is what a host finds; what the module asks of its host crosses to the host.

mod answer;
mod lane;
mod main;
mod process;
mod sandbox;
mod table;
mod threads;

pub use main::{main, serve_if_asked};
