//! The files that the command carries with it; build.rs lists them.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
