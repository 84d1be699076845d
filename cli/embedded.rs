//! The files that are built into the command; build.rs lists them.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// A header: its path below `include/`, and its text.
pub type Header = (&'static str, &'static str);

/// The contract as data: what `include/rp_module.h` says, for programs.
pub const CONTRACT: &str = include_str!("../spec/abi/rp_module.json");

/// The shorter one of the two licences, either of which whoever copies a header may choose.
pub const LICENCE: &str = include_str!("../LICENSE-MIT");
