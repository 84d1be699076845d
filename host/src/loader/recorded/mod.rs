//! Modules that are not there: a recording answers in their place.

mod cassette;
mod guest;
pub(super) mod load;
mod module;
