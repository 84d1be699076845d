//! The channel between the host and the worker process of an isolated module: frames over lanes.
//!
//! A *lane* joins one thread of the host with one thread of the worker. On it the two take strict turns: one posts a frame and
//! waits for the next. The frames and their bytes are the same whatever carries them.

#![allow(dead_code, reason = "the loader that uses it comes next")]

pub(crate) mod frame;
pub(crate) mod lane;
