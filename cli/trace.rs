//! Trace files as they are read: lines, filters, groups of like messages.

pub mod filter;
pub mod follow;
pub mod group;
pub mod line;
mod lines;
pub mod live;
pub mod otlp;
pub mod outer;
pub mod page;
pub mod reader;
pub mod rotated;
pub mod trace_parent;
