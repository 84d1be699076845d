//! The languages that modules are written in, and the tools that build them.

pub mod language;
pub mod packages;
pub mod tools;
