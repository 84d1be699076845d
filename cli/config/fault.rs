//! What is wrong with an `rp.toml`.

use std::ops::Range;

/// What is wrong with an `rp.toml`, where, and how to fix it.
#[derive(Debug)]
pub struct ConfigFault {
    pub code: &'static str,
    pub span: Range<usize>,
    pub text: String,
    pub help: String,
}

impl ConfigFault {
    /// It is not well-formed.
    pub fn new(span: Range<usize>, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: "rp::config::malformed", span, text: text.into(), help: help.into() }
    }

    /// It is well-formed, but contradicts itself.
    pub fn contradiction(span: Range<usize>, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: "rp::config::contradictory", ..Self::new(span, text, help) }
    }
}
