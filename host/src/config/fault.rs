//! What is wrong with the text of an `rp.toml`.

use std::ops::Range;

/// What is wrong with an `rp.toml`, where, and how to fix it.
#[derive(Debug)]
pub(super) struct ConfigFault {
    pub(super) code: &'static str,
    pub(super) span: Range<usize>,
    pub(super) text: String,
    pub(super) help: String,
}

impl ConfigFault {
    /// It is not well-formed.
    pub(super) fn new(span: Range<usize>, text: impl Into<String>, help: impl Into<String>) -> Self {
        Self { code: "rp::config::malformed", span, text: text.into(), help: help.into() }
    }

    /// It is well-formed, but contradicts itself.
    pub(super) fn contradiction(
        span: Range<usize>,
        text: impl Into<String>,
        help: impl Into<String>,
    ) -> Self {
        Self { code: "rp::config::contradictory", ..Self::new(span, text, help) }
    }
}
