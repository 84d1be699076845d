//! The channel between the host and the worker process of an isolated module: frames over lanes.
//!
//! A *lane* joins one thread of the host with one thread of the worker. On it the two take strict turns: one posts a frame and
//! waits for the next. The frames and their bytes are the same whatever carries them.

#![cfg_attr(not(feature = "worker"), allow(dead_code, reason = "some of it is the worker's alone"))]

pub(crate) mod body;
mod copy;
pub(crate) mod frame;
pub(crate) mod lane;
pub(crate) mod memory;
mod ring;
pub(crate) mod shared;
pub(crate) mod shared_lane;
pub(crate) mod stream;
mod wait;

#[cfg(all(test, not(rp_sanitized)))]
mod model;
#[cfg(test)]
mod tests;
