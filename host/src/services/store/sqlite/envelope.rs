//! A row of an entity, checked when it is read: another program may have written the file.

use std::io::{self, Write};

use rp_protocol::is_object;
use rusqlite::Row;

use crate::error::StoreFault;
use crate::services::store::names::check_id;

/// An entity as its row has it; the columns are id, version, created_us, modified_us and data, in this order.
pub(super) struct Envelope<'r> {
    pub(super) id: &'r str,
    pub(super) version: i64,
    pub(super) created_us: i64,
    pub(super) modified_us: i64,
    pub(super) data: &'r str,
}

impl<'r> Envelope<'r> {
    /// Nobody ever gets a row that no host would write.
    pub(super) fn read(entity: &str, row: &'r Row<'_>) -> Result<Self, StoreFault> {
        let id = text(row, 0).filter(|id| check_id(id).is_ok());
        let id = id.ok_or_else(|| StoreFault::Damaged(format!("an id of {entity} is none")))?;
        let wrong = |what: &str| StoreFault::Damaged(format!("{what} of {entity}/{id}"));
        let whole = |at, what| row.get(at).map_err(|_| wrong(what));
        let data = text(row, 4).filter(|data| is_object(data).is_ok());
        let no_object = || StoreFault::Damaged(format!("{entity}/{id} is not one JSON object"));
        let envelope = Envelope {
            id,
            version: whole(1, "the version")?,
            created_us: whole(2, "a time")?,
            modified_us: whole(3, "a time")?,
            data: data.ok_or_else(no_object)?,
        };
        if envelope.version < 1 { Err(wrong("the version")) } else { Ok(envelope) }
    }

    /// Writes the members before the data, and the key of these.
    pub(super) fn write_head(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let Envelope { version, created_us, modified_us, .. } = self;
        out.extend_from_slice(b"\"id\":");
        serde_json::to_writer(&mut *out, self.id)?;
        write!(
            out,
            ",\"version\":{version},\"created_us\":{created_us},\"modified_us\":{modified_us},\"data\":"
        )
    }
}

/// The text in a column; `None` if it has none, or it is not UTF-8.
fn text<'r>(row: &'r Row<'_>, column: usize) -> Option<&'r str> {
    row.get_ref(column).ok()?.as_str().ok()
}
