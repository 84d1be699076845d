//! Trace files as they are read: lines, filters, groups of like messages.

pub mod filter;
pub mod group;
pub mod line;
pub mod reader;
