//! The files that are built into the command; build.rs lists them.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
