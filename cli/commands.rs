//! The subcommands.

pub mod call;
pub mod check;
pub mod client;
pub mod completions;
pub mod config;
pub mod describe;
pub mod doctor;
pub mod header;
pub mod inspect;
pub mod list;
pub mod man;
pub mod new;
pub mod run;
pub mod serve;
pub mod store;
pub mod trace;
