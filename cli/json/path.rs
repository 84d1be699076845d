//! Paths in JSON.

use std::path::Path;

/// A path as JSON, which holds text alone: each part of it that is not Unicode is written as U+FFFD.
pub struct JsonPath<'a>(pub &'a Path);

impl serde::Serialize for JsonPath<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0.display())
    }
}
