//! The lines of an export: one JSON object each. The first says what follows; the others are entities.

use std::borrow::Cow;
use std::io;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::services::store::sqlite::envelope::Envelope;

/// The first line.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    pub(super) store: Content,
}

/// What an export holds.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Content {
    /// The version of these lines.
    pub(super) version: u32,
    /// How many lines follow, so that a file that was cut is noticed.
    pub(super) entities: u64,
    #[serde(default)]
    pub(super) indexes: Vec<IndexLine>,
}

/// The version of the lines that this host writes, and the only one that it reads.
pub(super) const VERSION: u32 = 1;

/// An index.
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct IndexLine {
    pub(super) entity: String,
    pub(super) path: String,
}

/// An entity.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct EntityLine<'a> {
    #[serde(borrow)]
    pub(super) entity: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    pub(super) version: Option<i64>,
    pub(super) created_us: Option<i64>,
    pub(super) modified_us: Option<i64>,
    #[serde(borrow)]
    pub(super) data: &'a RawValue,
}

/// Appends an entity as a line. Line breaks in its data, which stand between tokens only, become spaces.
pub(super) fn write(entity: &str, row: &Envelope<'_>, out: &mut Vec<u8>) -> io::Result<()> {
    // Names of entities need no escapes.
    out.extend_from_slice(b"{\"entity\":\"");
    out.extend_from_slice(entity.as_bytes());
    out.extend_from_slice(b"\",");
    row.write_head(out)?;
    let start = out.len();
    out.extend_from_slice(row.data.as_bytes());
    out[start..].iter_mut().filter(|byte| matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b' ');
    out.extend_from_slice(b"}\n");
    Ok(())
}
