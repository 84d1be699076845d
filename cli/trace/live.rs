//! The page of a trace while it is written: a server for browsers on this machine, and what it sends them.

pub mod address;
mod batches;
pub mod feed;
pub mod reader;
mod request;
mod response;
pub mod server;
mod visitors;
