//! Clients in C and C++, for modules.

pub mod c;
mod comment;
pub mod cpp;
mod literal;
mod lower;
mod taken;
