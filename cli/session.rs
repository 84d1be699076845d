//! The session file: one JSON object a line, each one message.

pub mod fault;
pub mod interpolation;
mod lines;
mod step;

pub use lines::{Line, Lines};
pub use step::{Place, Session, Step};
