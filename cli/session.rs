//! The session file: steps, each a JSON object with one message.

pub mod fault;
pub mod interpolation;
mod jsonc;
mod sources;
mod step;
pub mod update;

pub use sources::{Source, Sources};
pub use step::{Place, Session, Step};
