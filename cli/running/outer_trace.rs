//! The trace that this run is a part of.

use std::env;

use crate::terminal::{escaped, write_stderr};
use crate::trace::trace_parent::TraceParent;

/// The variable in which programs hand it on.
const VARIABLE: &str = "TRACEPARENT";

/// What the environment says. It comes from whatever started this program, so what is wrong there is told and left out, as the
/// recommendation has it.
pub fn of_environment() -> Option<TraceParent> {
    let text = env::var_os(VARIABLE).filter(|text| !text.is_empty())?;
    match TraceParent::parse(&text.to_string_lossy()) {
        Ok(parent) => Some(parent),
        Err(why) => {
            write_stderr(&format!("note: {VARIABLE} is left out: {}", escaped(&why)));
            None
        }
    }
}
