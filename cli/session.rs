//! The session file: steps, each a JSON object with one message.

pub mod fault;
mod form;
pub mod interpolation;
mod jsonc;
pub mod sources;
mod step;
pub mod update;

pub use sources::{Source, Sources};
pub use step::{HOST, Place, Session, Step, WAIT_FOR};
