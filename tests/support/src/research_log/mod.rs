//! What every research-log answers, whatever its language.

pub mod day;
pub mod table;
pub mod world;
