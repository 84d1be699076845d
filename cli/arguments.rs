//! Options that several subcommands take.

pub mod engine;
pub mod global;
pub mod host;
pub mod isolation;
pub mod json;
pub mod runner;
pub mod usage;
